import { AssetNotFound } from "../web/assets/asset.ts";
import { docsPage } from "../web/pages/docs-page.ts";
import type { Operation } from "./handler-context.ts";
import { answerPage, negotiate } from "./steps/coded-answer.ts";

/**
 * `Cache-Control` of a content that has the address of this server in it, as the request says it: no cache that is shared may give to
 * one what another has asked for by another name (RFC 9111 §5.2.2.7).
 */
const OWN_ADDRESS = "private, no-cache";
/** `Cache-Control` of an address whose content may change: stored, and revalidated before each use (RFC 9111 §5.2.2.4). */
const REVALIDATE = "no-cache";
/** `Cache-Control` of an address that names its content by a hash: stored for a year, and never revalidated (RFC 8246). */
const FOR_GOOD = "public, max-age=31536000, immutable";

export const showDocumentation: Operation<"showDocumentation"> = (request) => {
  const { assets, principal, registrationOpen, sessionCookie } = request;
  const rules = { registrationOpen, cookiesCollide: sessionCookie.ambiguous, sessionCookie: sessionCookie.name };
  return answerPage(request, docsPage(assets, principal?.email, rules));
};

export const getContractYaml: Operation<"getContractYaml"> = ({ contract, acceptsEncoding }) => {
  return negotiate(contract.yaml, acceptsEncoding, OWN_ADDRESS);
};

export const getContractJson: Operation<"getContractJson"> = ({ contract, acceptsEncoding }) => {
  return negotiate(contract.json, acceptsEncoding, OWN_ADDRESS);
};

export const getClientContract: Operation<"getClientContract"> = ({ contract, acceptsEncoding }) => {
  return negotiate(contract.client, acceptsEncoding, OWN_ADDRESS);
};

export const getArazzo: Operation<"getArazzo"> = ({ workflows, acceptsEncoding }) => {
  return negotiate(workflows, acceptsEncoding, REVALIDATE);
};

export const getAsset: Operation<"getAsset"> = async ({ assets, path, acceptsEncoding }) => {
  const asset = assets.find(path.asset);
  if (!asset) throw new AssetNotFound();
  const answer = await negotiate(asset, acceptsEncoding, asset.immutable ? FOR_GOOD : REVALIDATE);
  return { ...answer, mediaType: asset.mediaType };
};

export const getIcon: Operation<"getIcon"> = ({ assets, acceptsEncoding }) => {
  const icon = assets.find("kudos.svg");
  if (!icon) throw new AssetNotFound();
  return negotiate(icon, acceptsEncoding, REVALIDATE);
};
