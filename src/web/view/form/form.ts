import { nextTick, reactive } from "vue";
import { Failure } from "../api/failure.ts";
import { Declined } from "../session/question.ts";

/** What has become of a form that was sent. */
export type FormState =
  | { readonly kind: "open" }
  | { readonly kind: "sending" }
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "done" };

/** A form: its state, and what its parts show of it. */
export interface Form {
  readonly state: FormState;
  readonly busy: boolean;
  readonly done: boolean;
  readonly failure: Failure | null;
  /** The messages that belong to none of its fields. */
  readonly errors: readonly string[];
  /** The messages that belong to a field. */
  of(field: string): readonly string[] | undefined;
  /**
   * Sends the form, unless it is being sent: answers whether that is done. A refusal is kept, and the first wrong field gets the focus.
   * A question that the person declined leaves the form as it was.
   */
  send(work: () => Promise<void>): Promise<boolean>;
  /** Opens the form again, without messages. */
  reopen(): void;
}

/** A form with fields of these names. `root` is its element, once there is one. */
export function createForm(fields: readonly string[], root: () => HTMLElement | null | undefined): Form {
  const form = reactive({
    state: { kind: "open" } as FormState,
    get busy() {
      return form.state.kind === "sending";
    },
    get done() {
      return form.state.kind === "done";
    },
    get failure(): Failure | null {
      return form.state.kind === "refused" ? form.state.failure : null;
    },
    get errors(): readonly string[] {
      if (form.failure === null) return [];
      const { fields: told, message } = form.failure;
      const others = Object.entries(told).filter(([name]) => !fields.includes(name));
      return Object.keys(told).length === 0 ? [message] : others.flatMap(([, texts]) => texts);
    },
    of: (field: string) => form.failure?.fields[field],
    reopen: () => {
      form.state = { kind: "open" };
    },
    send: async (work: () => Promise<void>): Promise<boolean> => {
      if (form.busy) return false;
      form.state = { kind: "sending" };
      try {
        await work();
        form.state = { kind: "done" };
        return true;
      } catch (error) {
        form.state = error instanceof Failure ? { kind: "refused", failure: error } : { kind: "open" };
        if (!(error instanceof Failure || error instanceof Declined)) throw error;
        await nextTick();
        root()?.querySelector<HTMLInputElement>('[aria-invalid="true"]')?.focus();
        return false;
      }
    },
  });
  return form;
}
