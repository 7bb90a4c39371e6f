/** The part of a React component that is used here. */
export type Component<Props = Readonly<Record<string, unknown>>> = (props: Props) => unknown;

/** The part of a Swagger UI plugin's argument that is used here. */
export interface System {
  readonly React: {
    createElement(type: unknown, props: object | null, ...children: unknown[]): unknown;
    useLayoutEffect(effect: () => () => void, dependencies: readonly unknown[]): void;
    useRef<Value>(initial: Value | null): { readonly current: Value | null };
    useState<Value>(initial: Value): [Value, (value: Value) => void];
  };
}
