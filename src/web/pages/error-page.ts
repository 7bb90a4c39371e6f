import type { Assets } from "../assets/asset.ts";
import { waitInWords } from "../wording.ts";
import { accountBar } from "./account-bar.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";

/** A problem (RFC 9457) as a page shows it, with the ways to go on. */
export interface ErrorPage {
  readonly status: number;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly errors?: readonly { readonly detail: string; readonly parameter?: string; readonly pointer?: string }[];
  /** The id of the request, to quote when asking about it: `urn:uuid:…`. */
  readonly instance: string;
  /** The seconds of `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
  /** The local path to try once more. */
  readonly again?: string | undefined;
  /** The local path of the page before. */
  readonly back?: string | undefined;
  /** The e-mail address of the person who is signed in; null when it is nobody, undefined when it is not known. */
  readonly signedInAs?: string | null | undefined;
  /** Whether the header may offer an account; left out: it may. */
  readonly registrationOpen?: boolean;
  /** The kind of problem: `about:blank` says no more than the status. */
  readonly type?: string;
}

/** The page for a problem: what happened, what to do about it, and the id of the request. */
export function errorPage(assets: Assets, problem: ErrorPage): string {
  const {
    status,
    title,
    detail,
    errors = [],
    instance,
    retryAfterSeconds,
    again,
    back,
    signedInAs,
    type,
    registrationOpen = true,
  } = problem;
  // The likeliest way comes first, and is the only one that stands out.
  const all = [...way(again, "Try again"), ...way(back, "Back to where you were"), ...way("/", "To the start page")];
  const ways = all.filter(([path], index) => all.findIndex(([other]) => other === path) === index);
  // An error that only repeats the detail is left out.
  const parts = errors.filter((error) => error.detail !== detail);
  // The heading and the advice of a plain 404 say all that is known.
  const saidAlready = status === 404 && (detail === undefined || type === "about:blank");
  const { heading, advice } = TEXT[status] ?? { heading: title, advice: "" };
  return layout(assets, {
    title: heading,
    width: "narrow",
    // While it is not known who visits, the header stays empty: offering a sign-in could be wrong.
    account: signedInAs !== undefined && accountBar(signedInAs ?? undefined, { registrationOpen }),
    content: html`<p class="status-code">${status}${!heading.toLowerCase().includes(title.toLowerCase()) && html` ${title}`}</p>
      <h1>${heading}</h1>
      ${!saidAlready && html`<p>${detail ?? "This request cannot be answered."}</p>`}
      ${parts.length > 0 && html`<ul>${parts.map((error) => html`<li>${inWords(error)}</li>`)}</ul>`}
      ${advice !== "" && html`<p>${advice}</p>`}
      ${retryAfterSeconds !== undefined && html`<p>Try again in ${waitInWords(retryAfterSeconds)}.</p>`}
      <p class="actions">${ways.map(([path, text], index) => html` <a class="button${index > 0 && " secondary"}" href="${path}">${text}</a>`)}</p>
      <dl class="facts">
        <dt>Request</dt> <dd>${instance.replace("urn:uuid:", "")}</dd>
      </dl>`,
  });
}

const TEXT: Readonly<Record<number, { readonly heading: string; readonly advice: string }>> = {
  400: {
    heading: "This request was not understood",
    advice: "If you followed a link it may be incomplete. If you typed the address, look it over once more.",
  },
  401: { heading: "You are not signed in", advice: "Your session may have ended. Sign in, and try again." },
  403: {
    heading: "This is not allowed",
    advice: "Nothing was changed. If you meant to do this, start from a page of this site and try again.",
  },
  404: {
    heading: "Page not found",
    advice: "The address may be mistyped, or what was here is gone.",
  },
  405: {
    heading: "This address is not used that way",
    advice: "It is meant for a form or for a program, not to be opened as a page.",
  },
  408: { heading: "That took too long", advice: "The request did not arrive in time. Try again." },
  413: { heading: "That was too much", advice: "Send less, and try again." },
  415: { heading: "This kind of content is not taken", advice: "The pages of this site send what the server takes." },
  429: { heading: "Too many attempts", advice: "Nothing is lost; what you sent just now was not looked at." },
  431: { heading: "This request is too long", advice: "Deleting the cookies of this site may help." },
  500: {
    heading: "This did not work",
    advice: "Nothing that you did is wrong. It may work when you try again.",
  },
  503: { heading: "Too busy just now", advice: "Too many people want the same at once." },
};

function way(path: string | undefined, text: string): (readonly [string, string])[] {
  return path === undefined ? [] : [[path, text]];
}

function inWords({ detail, parameter, pointer }: { detail: string; parameter?: string; pointer?: string }): string {
  const subject = parameter ?? pointer?.slice(1) ?? "";
  return subject === "" ? detail : `${subject}: ${detail}`;
}
