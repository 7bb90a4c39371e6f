/** The part of a React component that is used here. */
export type Component<Props = Readonly<Record<string, unknown>>> = (props: Props) => unknown;

/** An element of React's, as far as a part of it is put elsewhere. */
export interface Drawn {
  readonly props: { readonly children: readonly unknown[] };
}

/** A class of components, as far as one of Swagger UI's is extended here. */
export type ComponentClass<Props> = new (
  props: Props,
  ...more: unknown[]
) => { readonly props: Props; render(): unknown };

/** The part of a Swagger UI plugin's argument that is used here. */
export interface System {
  readonly React: {
    createElement(type: unknown, props: object | null, ...children: unknown[]): unknown;
    cloneElement(element: unknown, props: object | null, ...children: unknown[]): unknown;
    useLayoutEffect(effect: () => () => void, dependencies: readonly unknown[]): void;
    useRef<Value>(initial: Value | null): { readonly current: Value | null };
    useState<Value>(initial: Value): [Value, (value: Value) => void];
  };
}
