import { AssetNotFound } from "../web/assets.ts";
import { docsPage } from "../web/docs-page.ts";
import { entityTag } from "./entity-tag.ts";
import type { Operation } from "./scope.ts";

/** May be kept, must be asked about: an answer of "not modified" costs less than what it saves. */
const REVALIDATE = "no-cache";

export const showDocumentation: Operation<"showDocumentation"> = () => ({ status: 200, body: docsPage() });

export const getContractYaml: Operation<"getContractYaml"> = ({ contract }) => ({
  status: 200,
  headers: { ETag: entityTag(contract.yaml), "Cache-Control": REVALIDATE },
  body: contract.yaml,
});

export const getContractJson: Operation<"getContractJson"> = ({ contract }) => ({
  status: 200,
  headers: { ETag: entityTag(JSON.stringify(contract.json)), "Cache-Control": REVALIDATE },
  body: contract.json,
});

export const getAsset: Operation<"getAsset"> = ({ assets, path }) => {
  const asset = assets.get(path.asset);
  if (!asset) throw new AssetNotFound();
  const { mediaType, content } = asset;
  return { status: 200, mediaType, headers: { ETag: entityTag(content), "Cache-Control": REVALIDATE }, body: content };
};
