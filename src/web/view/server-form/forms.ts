import { addRevealButtons } from "./reveal.ts";

addRevealButtons(document);
