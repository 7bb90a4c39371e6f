import type { Component, ComponentClass, System } from "../system.ts";

/** The properties of an operation, as far as they decide whether it is drawn anew. */
interface OperationProps {
  readonly path: string;
  readonly method: string;
  readonly isShown: boolean;
  readonly isAuthorized: unknown;
}

/** Swagger UI's component of an operation. */
type OperationClass = new (
  ...given: ConstructorParameters<ComponentClass<OperationProps>>
) => InstanceType<ComponentClass<OperationProps>> & {
  /** The properties that are taken from the state. */
  mapStateToProps(state: State, props: OperationProps): object;
};

/** Swagger UI's state: an immutable map. */
interface State {
  getIn(path: readonly string[]): unknown;
}

/** The part of Swagger UI's system that finds components: as they are, or connected to the state. */
interface ComponentSystem {
  getComponent(name: string, connected?: boolean): unknown;
}

/** The properties of a button or an icon. */
type Shown = Readonly<Record<string, unknown>>;

/** The document's part of Swagger UI's state: an immutable map. */
interface DocumentState {
  get(name: "json"): unknown;
}

/**
 * What has Swagger UI draw anew no more than what has changed, as parts of a plugin: wrappers of components and of selectors. By itself
 * it draws parts of all operations at each change of anything, such as a letter that is typed: a tenth of a second for a hundred.
 */
export function lessRedrawing({ createElement }: System["React"]) {
  // For components that show what their parent gives them: Swagger UI draws them anew when what `mapStateToProps` takes of the state has
  // changed; without it, at every change.
  const stateless = (Original: unknown) => {
    function Stateless(props: Readonly<Record<string, unknown>>): unknown {
      return createElement(Original, props);
    }
    Stateless.prototype.mapStateToProps = () => ({});
    return Stateless;
  };
  const OperationContainer = (Original: OperationClass) =>
    class ClosedOrOpen extends Original {
      // Swagger UI's own reads these while it draws, since each change of any operation's has it drawn anew.
      override mapStateToProps(state: State, props: OperationProps): object {
        const at = ["paths", props.path, props.method];
        const resolved = state.getIn(["spec", "resolvedSubtrees", ...at]);
        const values = state.getIn(["spec", "meta", ...at]);
        return { ...super.mapStateToProps(state, props), resolved, values };
      }

      // A closed operation shows its summary, which the document gives, and whether its lock is closed.
      shouldComponentUpdate(next: OperationProps): boolean {
        const { isShown, isAuthorized } = this.props;
        return isShown || next.isShown || next.isAuthorized !== isAuthorized;
      }
    };
  const Nothing: Component = () => null;
  // The parts of the summary, as they are: its parent draws them anew. Connected, they would be two hundred more to ask at each change.
  const OperationSummary = (Original: unknown, { getComponent }: ComponentSystem): Component<Shown> => {
    const lock = (name: string) => (props: Shown) => createElement(getComponent(name), props);
    const icons: Readonly<Record<string, unknown>> = {
      LockAuthOperationIcon: lock("LockIcon"),
      UnlockAuthOperationIcon: lock("UnlockIcon"),
    };
    const authorizeOperationBtn = (props: Shown) =>
      createElement(getComponent("authorizeOperationBtn"), { ...props, getComponent: (name: string) => icons[name] });
    const parts: Readonly<Record<string, unknown>> = {
      authorizeOperationBtn,
      CopyToClipboardBtn: Nothing,
      JumpToPath: Nothing,
    };
    const partOf = (name: string, connected?: boolean) => parts[name] ?? getComponent(name, connected);
    return (props) => createElement(Original, { ...props, getComponent: partOf });
  };
  let made: unknown;
  let operations: unknown;
  // By itself a new value at each change of what is typed or answered, though the document stays.
  const taggedOperations = (select: (state: DocumentState) => unknown) => (state: DocumentState) => {
    if (made !== state.get("json")) {
      made = state.get("json");
      operations = select(state);
    }
    return operations;
  };
  return {
    components: {
      OperationContainer,
      OperationSummary,
      HighlightCode: stateless,
      Markdown: stateless,
    },
    selectors: { taggedOperations },
  };
}
