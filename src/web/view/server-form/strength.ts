import { createApi } from "../api/client.ts";
import { createStrengthMeter, strengthInWords } from "../form/strength.ts";

/** Says below every field for a new password how good what is typed is, in the place that the server has drawn for it. */
export function addStrengthMeters(document: Document): void {
  for (const place of document.querySelectorAll<HTMLElement>(".field .strength")) {
    const input = place.parentElement?.querySelector("input");
    const meter = createStrengthMeter(
      createApi(() => null),
      (strength) => {
        place.textContent = strength === null ? "" : strengthInWords(strength);
        if (strength === null) delete place.dataset.score;
        else place.dataset.score = String(strength.score);
      },
    );
    input?.addEventListener("input", () => meter.typed(input.value, emailOf(input.form)));
  }
}

/** The address that the form is about, as far as it is known. */
function emailOf(form: HTMLFormElement | null): string {
  return form?.querySelector<HTMLInputElement>('[autocomplete="username"]')?.value ?? "";
}
