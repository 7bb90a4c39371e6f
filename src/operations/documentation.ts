import { AssetNotFound } from "../web/assets.ts";
import { docsPage } from "../web/docs-page.ts";
import type { Operation } from "./scope.ts";

/** May be kept, must be asked about: an answer of "not modified" costs less than what it saves. */
const REVALIDATE = "no-cache";

export const showDocumentation: Operation<"showDocumentation"> = () => ({ status: 200, body: docsPage() });

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

export const getAsset: Operation<"getAsset"> = ({ assets, path }) => {
  const asset = assets.get(path.asset);
  if (!asset) throw new AssetNotFound();
  const { mediaType, content, entityTag } = asset;
  return { status: 200, mediaType, headers: { ETag: entityTag, "Cache-Control": REVALIDATE }, body: content };
};
