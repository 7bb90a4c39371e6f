/** A component of React, as far as it is used here. */
export type Component<Props = Readonly<Record<string, unknown>>> = (props: Props) => unknown;

/** What a plugin gets of Swagger UI, as far as it is used here. */
export interface System {
  readonly React: {
    createElement(type: unknown, props: object | null, ...children: unknown[]): unknown;
    useLayoutEffect(effect: () => () => void, dependencies: readonly unknown[]): void;
    useRef<Value>(initial: Value | null): { readonly current: Value | null };
    useState<Value>(initial: Value): [Value, (value: Value) => void];
  };
}
