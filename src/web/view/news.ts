import { shallowRef, watch } from "vue";

const SHOWN_MS = 8_000;

/** The sentence about what happened just now, which the live region of the page reads out; "" for none. */
export interface News {
  readonly text: string;
  tell(text: string): void;
}

/** News that are taken away after a while. */
export function createNews(): News {
  const text = shallowRef("");
  let fading: ReturnType<typeof setTimeout> | undefined;
  watch(text, (current) => {
    clearTimeout(fading);
    if (current !== "")
      fading = setTimeout(() => {
        text.value = "";
      }, SHOWN_MS);
  });
  return {
    get text() {
      return text.value;
    },
    tell: (sentence) => {
      text.value = sentence;
    },
  };
}
