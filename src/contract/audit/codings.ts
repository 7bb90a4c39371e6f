/** A way in which values are written, and the most bytes that it takes for each part of them. */
export interface Coding {
  /** The most bytes of one character, that is of one code point. */
  readonly character: number;
  /** The bytes of one of the characters that are written as they are. */
  readonly plain: RegExp;
  readonly text: (value: unknown) => number;
  /** What stands around a string. */
  readonly quotes: number;
  /** What stands around a list or an object, and between its members. */
  readonly brackets: number;
  readonly separator: number;
  /** What stands between a name and its value. */
  readonly colon: number;
}

/** JSON of a writer that escapes all that is not ASCII (two escapes for a code point beyond U+FFFF) and puts a space after `,` and `:`. */
export const JSON_CODING: Coding = {
  character: "\\ud83d\\ude00".length,
  plain: /^[\w.:/+=~*@-]$/,
  text: (value) => JSON.stringify(value).replaceAll(/[^ -~]/g, "\\u0000").length,
  quotes: 2,
  brackets: 2,
  separator: 2,
  colon: 2,
};

/** `application/x-www-form-urlencoded`, as queries are written, too: four bytes of UTF-8 for a code point, each of them `%XX`. */
export const FORM_CODING: Coding = {
  character: "%F0%9F%98%80".length,
  plain: /^[\w.*-]$/,
  text: (value) => encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value)).length,
  quotes: 0,
  brackets: 0,
  separator: 1,
  colon: 1,
};

/** The value of a header: one byte for each character. */
export const FIELD_CODING: Coding = { ...FORM_CODING, character: 1, text: (value) => String(value).length };
