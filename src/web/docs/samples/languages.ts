import { curlSample } from "./curl.ts";
import { fetchSample } from "./fetch.ts";
import { pythonSample } from "./python.ts";
import type { SampleRequest } from "./sample-request.ts";

/** A language that samples are written in. */
export interface SampleLanguage {
  readonly name: string;
  write(request: SampleRequest): string;
}

/** The languages, in the order of their tabs. */
export const LANGUAGES: readonly SampleLanguage[] = [
  { name: "curl", write: curlSample },
  { name: "fetch", write: fetchSample },
  { name: "Python", write: pythonSample },
];

/** The language that a person has chosen: the same for every operation, and for the next visit. */
export interface Choice {
  readonly current: string;
  choose(name: string): void;
  /** Calls back after each change. Answers the function that ends that. */
  watch(onChange: (name: string) => void): () => void;
}

const KEY = "docs-language";

/** Keeps the choice in the browser's storage; where there is none, for this visit. */
export function keepChoice(storage: () => Storage): Choice {
  const watchers = new Set<(name: string) => void>();
  let current = read(storage) ?? LANGUAGES[0]?.name ?? "";
  return {
    get current() {
      return current;
    },
    choose(name) {
      current = name;
      for (const onChange of watchers) onChange(name);
      try {
        storage().setItem(KEY, name);
      } catch {
        // A browser may forbid storage, or have no room: the choice then ends with the visit.
      }
    },
    watch(onChange) {
      watchers.add(onChange);
      return () => void watchers.delete(onChange);
    },
  };
}

function read(storage: () => Storage): string | undefined {
  try {
    return storage().getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
