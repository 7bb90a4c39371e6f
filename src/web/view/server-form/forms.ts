import { addRevealButtons } from "./reveal.ts";
import { addStrengthMeters } from "./strength.ts";

addRevealButtons(document);
addStrengthMeters(document);
