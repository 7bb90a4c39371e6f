import type { Answered } from "./traffic.ts";

/** A fault that is planted into the answers to one request. */
interface PlantedFault {
  readonly request: string;
  /** The status of the answers that are changed. */
  readonly status: number;
  readonly plant: (answer: Answered) => void;
}

/** Faults of every kind: in what the tools say of a journey with these, each has to be found. */
export const FAULTS = {
  "a member of another type": {
    request: "GET /api/test",
    status: 200,
    plant: replacing('"Hello World"', "7"),
  },
  "a member that is missing": {
    request: "GET /api/me",
    status: 200,
    plant: replacing(/"email":"[^"]*",/, ""),
  },
  "a member that is not declared": {
    request: "GET /api/articles/1/likes",
    status: 200,
    plant: replacing(/^\{/, '{"more":1,'),
  },
  "a kind of problem that is not declared": {
    request: "GET /api/articles/999999",
    status: 404,
    plant: replacing("article-not-found", "article-lost"),
  },
  "a status that is not declared": {
    request: "GET /api/articles/1",
    status: 200,
    plant: (answer) => {
      answer.status = 206;
    },
  },
  "a media type that is not declared": {
    request: "GET /api/articles?limit=2",
    status: 200,
    plant: (answer) => {
      answer.headers["content-type"] = "text/csv";
    },
  },
} as const satisfies Readonly<Record<string, PlantedFault>>;

/** Plants all faults, each into the answers to its request. */
export function plantFaults(request: string, answer: Answered): void {
  for (const fault of Object.values<PlantedFault>(FAULTS)) {
    if (fault.request === request && fault.status === answer.status) fault.plant(answer);
  }
}

/** Throws where there is nothing to replace: the fault would not be planted. */
function replacing(what: string | RegExp, by: string) {
  return (answer: Answered): void => {
    const before = answer.text;
    answer.text = before.replace(what, by);
    if (answer.text === before) throw new Error(`${what} is not in ${before}`);
  };
}
