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

/** The properties of the lock of an operation. */
interface IconProps {
  readonly className: string;
  getComponent(name: string): unknown;
}

/** The properties of the line of an operation that is seen while it is closed. */
interface SummaryProps {
  getComponent(name: string, container?: boolean): unknown;
}

/** The document's part of Swagger UI's state: an immutable map. */
interface DocumentState {
  get(name: "json"): unknown;
}

/** Components that show what their parent gives them, and nothing of the state. */
const STATELESS = ["authorizeOperationBtn", "HighlightCode", "Markdown"];

/** Components of the summary that show nothing on this page. */
const UNSEEN = ["CopyToClipboardBtn", "JumpToPath"];

/**
 * What has Swagger UI draw anew no more than what has changed, as parts of a plugin: wrappers of components and of selectors. By itself
 * it draws parts of all operations at each change of anything, such as a letter that is typed: a tenth of a second for a hundred.
 */
export function lessRedrawing({ createElement }: System["React"]) {
  // Swagger UI draws a component anew when what `mapStateToProps` takes of the state has changed; without it, at every change.
  const stateless = (Original: unknown) => {
    function Stateless(props: Readonly<Record<string, unknown>>): unknown {
      return createElement(Original, props);
    }
    Stateless.prototype.mapStateToProps = () => ({});
    return Stateless;
  };
  // Swagger UI's own locks are drawn anew at every change as well: all of the state is theirs.
  const lock = (icon: string) => () =>
    stateless(({ className, getComponent }: IconProps) => createElement(getComponent(icon), { className }));
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
  const OperationSummary =
    (Original: unknown): Component<SummaryProps> =>
    (props) => {
      const getComponent = (name: string, container?: boolean) =>
        UNSEEN.includes(name) ? Nothing : props.getComponent(name, container);
      return createElement(Original, { ...props, getComponent });
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
      LockAuthOperationIcon: lock("LockIcon"),
      UnlockAuthOperationIcon: lock("UnlockIcon"),
      ...Object.fromEntries(STATELESS.map((name) => [name, stateless])),
    },
    selectors: { taggedOperations },
  };
}
