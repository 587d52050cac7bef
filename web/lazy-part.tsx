import { createElement, use, type ComponentType } from "react";
import { fetchLater, fetchPart } from "./fetch-part.ts";
import { loadTexts, type Part } from "./i18n.ts";

/**
 * A component that comes when it is first shown, with its texts. Beside `React.lazy` and the router's own it goes on
 * trying, and never loads the window again (fetch-part.ts).
 */
export function lazyPart<Module, Name extends keyof Module>(
  load: () => Promise<Module>,
  name: Name,
  ...texts: Part[]
) {
  type Props = Module[Name] extends ComponentType<infer P> ? P : never;
  let shown: Module[Name] | undefined;
  let pending: Promise<void> | undefined;
  const fetch = () =>
    (pending ??= Promise.all([fetchPart(load), ...texts.map((part) => loadTexts(part))]).then(
      ([module]) => {
        shown = module[name];
      },
    ));
  const preload = () => (shown ? Promise.resolve() : fetch());
  fetchLater(fetch);
  function LazyPart(props: Props) {
    if (!shown) use(fetch());
    return createElement(shown as ComponentType<object>, props as object);
  }
  return Object.assign(LazyPart, { preload });
}
