import { onMounted, onUnmounted, reactive, watch } from "vue";
import { Failure } from "../api/failure.ts";
import { authorized } from "../session/authorized.ts";
import { Declined } from "../session/question.ts";
import type { Session } from "../session/session.ts";

/** What a page reads from the server, as far as it is there. */
export type LoadedState<Value> =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "loaded"; readonly value: Value };

export interface Loaded<Value> {
  readonly state: LoadedState<Value>;
  /** Whether the server is being asked; what was there before stays. */
  readonly busy: boolean;
  /** Asks again; whoever is not signed in is asked to first. */
  load(): Promise<void>;
}

/**
 * What `read` answers for the person who is signed in. Read at once, for another person again, and once there is a connection again.
 * For the setup of a component.
 */
export function createLoaded<Value>(session: Session, read: () => Promise<Value>): Loaded<Value> {
  const loaded = reactive({
    state: { kind: "loading" } as LoadedState<Value>,
    busy: false,
    load: async () => {
      loaded.busy = true;
      try {
        await authorized(session, async () => {
          loaded.state = { kind: "loaded", value: await read() } as typeof loaded.state;
        });
      } catch (error) {
        if (error instanceof Failure) loaded.state = { kind: "failed", failure: error };
        else if (!(error instanceof Declined)) throw error;
      } finally {
        loaded.busy = false;
      }
    },
  });

  function onOnline(): void {
    if (loaded.state.kind === "failed") void loaded.load();
  }

  onMounted(() => addEventListener("online", onOnline));
  onUnmounted(() => removeEventListener("online", onOnline));
  watch(
    () => session.email,
    (email) => {
      if (email !== null) void loaded.load();
    },
  );
  void loaded.load();
  return loaded as Loaded<Value>;
}
