import { type Asset, AssetNotFound, CodingNotAcceptable } from "../web/asset.ts";
import { docsPage } from "../web/docs-page.ts";
import type { Operation } from "./scope.ts";

/** May be kept, must be asked about: an answer of "not modified" costs less than what it saves. */
const REVALIDATE = "no-cache";
/** For a name that tells the content: a year, and never asked about (RFC 8246). */
const FOR_GOOD = "public, max-age=31536000, immutable";

export const showDocumentation: Operation<"showDocumentation"> = ({ assets, principal }) => ({
  status: 200,
  body: docsPage(assets, principal?.email),
});

export const getContractYaml: Operation<"getContractYaml"> = ({ contract }) => ({
  status: 200,
  headers: { ETag: contract.yaml.entityTag, "Cache-Control": REVALIDATE },
  body: contract.yaml.content,
});

export const getContractJson: Operation<"getContractJson"> = ({ contract }) => ({
  status: 200,
  headers: { ETag: contract.json.entityTag, "Cache-Control": REVALIDATE },
  body: contract.json.content,
});

export const getAsset: Operation<"getAsset"> = ({ assets, path, acceptsEncoding }) => {
  const asset = assets.find(path.asset);
  if (!asset) throw new AssetNotFound();
  return { ...represent(asset, acceptsEncoding("br", "gzip", "identity")), mediaType: asset.mediaType };
};

export const getIcon: Operation<"getIcon"> = ({ assets, acceptsEncoding }) => {
  const icon = assets.find("kudos.svg");
  if (!icon) throw new AssetNotFound();
  return represent(icon, acceptsEncoding("br", "gzip", "identity"));
};

function represent(asset: Asset, coding: "br" | "gzip" | "identity" | undefined) {
  if (!coding) throw new CodingNotAcceptable();
  const { content, entityTag } = asset[coding];
  return {
    status: 200,
    headers: {
      ETag: entityTag,
      "Cache-Control": asset.immutable ? FOR_GOOD : REVALIDATE,
      ...(coding !== "identity" && { "Content-Encoding": coding }),
    },
    body: content,
  } as const;
}
