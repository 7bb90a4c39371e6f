import { notePasswords } from "./passkey-creation.ts";
import { offerPasskeys } from "./passkey-forms.ts";
import { addRevealButtons } from "./reveal.ts";
import { addStrengthMeters } from "./strength.ts";

addRevealButtons(document);
addStrengthMeters(document);
notePasswords(document);
offerPasskeys(document);
