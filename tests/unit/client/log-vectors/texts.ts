// SPDX-License-Identifier: Apache-2.0
// Texts that are operations, and texts that are none, each with the reason. Text that no JSON string
// can hold stands as base64url of its bytes.

import { toBase64url } from "../../../../data/web/client/base64url";
import { joinBytes, utf8 } from "../../../../data/web/client/transcript";
import { tenantId } from "./draft";

export interface TextCase {
  why: string;
  text?: string;
  bytes?: string;
}

const MEMBERS: Record<string, string> = {
  logId: '"AAAAAAAAAAAAAAAAAAAAAA"',
  seq: "1",
  deviceId: '"d1"',
  role: '"staff"',
  hlc: "[1764000000000,0]",
  tenantId: `"${tenantId}"`,
  kind: '"message.send"',
  entity: '"message/m1"',
  body: "{}",
};

const MAX_BYTES = 16384;

/** An operation whose member `name` is written so. */
function having(name: string, value: string): string {
  const members = Object.entries({ ...MEMBERS, [name]: value });
  return `{${members.map(([key, text]) => `"${key}":${text}`).join(",")}}`;
}

const withBody = (body: string) => having("body", body);
const withText = (text: string) => withBody(`{"text":"${text}"}`);
const withNumber = (number: string) => withBody(`{"n":${number}}`);
const plain = withBody("{}");

/** Of exactly so many bytes, with `fill` in it, which has one byte or more. */
function ofSize(bytes: number, fill: string): string {
  const room = bytes - utf8(withText("")).length;
  const size = utf8(fill).length;
  return withText(fill.repeat(Math.floor(room / size)) + "x".repeat(room % size));
}

/** The text with `bytes` where it has a question mark. */
function withBytes(why: string, text: string, bytes: number[]): TextCase {
  const [before = "", after = ""] = text.split("?");
  const whole = joinBytes(utf8(before), Uint8Array.from(bytes), utf8(after));
  return { why, bytes: toBase64url(whole) };
}

const toCases = (pairs: [string, string][]): TextCase[] => pairs.map(([why, text]) => ({ why, text }));

export const goodTexts: TextCase[] = toCases([
  ["a body without members", plain],
  ["all short escapes", withText('\\"\\\\\\b\\f\\n\\r\\t')],
  ["a slash is not escaped", withText("a/b </script>")],
  ["an escaped backslash before a u", withText("\\\\u0041")],
  ["two escaped backslashes before a u", withText("\\\\\\\\u0041")],
  ["DEL and the controls above it stand as they are", withText("\u007f\u0080\u009f")],
  ["line and paragraph separators stand as they are", withText("\u2028\u2029")],
  ["a byte order mark within a string", withText("\ufeff")],
  ["non-characters", withText("\ufffe\uffff\u{1fffe}")],
  ["pairs of surrogates as four bytes", withText("🍮\u{10ffff}")],
  ["combining characters are not composed", withText("e\u0301\u00e9")],
  ["an empty string", withText("")],
  ["zero", withNumber("0")],
  ["a negative number", withNumber("-1")],
  ["the largest integer", withNumber("9007199254740991")],
  ["the smallest integer", withNumber("-9007199254740991")],
  ["true, false and null", withBody('{"a":true,"b":false,"c":null}')],
  ["empty arrays and objects", withBody('{"a":[],"b":{}}')],
  ["eight levels, the envelope being one", withBody('{"a":[[[[[[1]]]]]]}')],
  ["keys in any order", withBody('{"b":1,"a":2,"C":3}')],
  ["keys that JavaScript inherits", withBody('{"constructor":1,"toString":2,"hasOwnProperty":3}')],
  ["a key called toJSON", withBody('{"toJSON":1}')],
  ["a key of 64 characters", withBody(`{"${"k".repeat(64)}":1}`)],
  ["equal keys in two objects", withBody('{"a":{"b":1},"c":{"b":1}}')],
  ["a private log", having("logId", '"p.abcdefghij_-0123456789"')],
  ["the last sequence number", having("seq", "9007199254740991")],
  ["the last time and counter", having("hlc", "[253402300800000,2147483647]")],
  ["the first time", having("hlc", "[0,0]")],
  ["a device id of 64 characters", having("deviceId", `"${"a_-Z0".repeat(12)}abcd"`)],
  ["a kind that nobody knows", having("kind", '"z.unknown-kind"')],
  ["a kind of 40 characters", having("kind", `"${"k".repeat(40)}"`)],
  ["the longest entity", having("entity", `"${"e".repeat(20)}/${"0".repeat(64)}"`)],
  ...["manager", "kitchen", "pos", "printer", "hub"].map((role): [string, string] => [
    `role ${role}`,
    having("role", `"${role}"`),
  ]),
  ["16,384 bytes", ofSize(MAX_BYTES, "x")],
  ["16,384 bytes in fewer characters", ofSize(MAX_BYTES, "€")],
]);

/** Well written, of another property. */
export const foreignTexts: TextCase[] = toCases([
  ["another tenant", having("tenantId", '"hotel-luna"')],
  ["upper case makes another tenant", having("tenantId", '"Hotel-sol"')],
  ["a tenant of 64 bytes", having("tenantId", `"${"é".repeat(32)}"`)],
]);

const badForms: [string, string][] = [
  ["nothing", ""],
  ["no object", "null"],
  ["an array", `[${plain}]`],
  ["a string", '"{}"'],
  ["an object without members", "{}"],
  ["not JSON", plain.slice(0, -1)],
  ["something after it", `${plain}{}`],
  ["a line end after it", `${plain}\n`],
  ["a blank before it", ` ${plain}`],
  ["a byte order mark before it", `\ufeff${plain}`],
  ["a blank in it", plain.replace(":1,", ": 1,")],
  ["a line end in it", plain.replace(",", ",\n")],
  ["a trailing comma", withBody('{"a":1,}')],
  ["a comment", withBody("{/**/}")],
  ["single quotes", withBody("{'a':1}")],
  ["a member too many", plain.replace('"body"', '"more":1,"body"')],
  ["a member after the body", plain.replace(/}$/, ',"more":1}')],
  ["members in another order", plain.replace('"seq":1,"deviceId":"d1"', '"deviceId":"d1","seq":1')],
  ["a member missing", plain.replace('"seq":1,', "")],
  ["16,385 bytes", ofSize(MAX_BYTES + 1, "x")],
  ["16,385 bytes in fewer characters", ofSize(MAX_BYTES + 1, "€")],
  ["nine levels", withBody('{"a":[[[[[[[1]]]]]]]}')],
  ["nine levels of objects", withBody('{"a":'.repeat(8) + "1" + "}".repeat(8))],
  ["nine levels, the last empty", withBody('{"a":[[[[[[[]]]]]]]}')],
  ["five thousand levels", withBody(`{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`)],
];

const badKeys: [string, string][] = [
  ["a key twice", withBody('{"a":1,"a":1}')],
  ["a key twice, with another value", withBody('{"a":1,"b":2,"a":3}')],
  ["a key twice, deep down", withBody('{"a":[{"b":1,"b":1}]}')],
  ["a member of the envelope twice", plain.replace('"seq":1', '"seq":1,"seq":1')],
  ["an empty key", withBody('{"":1}')],
  ["a key like an index", withBody('{"b":1,"7":2}')],
  ["a key that begins with a digit", withBody('{"7a":1}')],
  ["__proto__", withBody('{"__proto__":{"a":1}}')],
  ["a key with an underscore", withBody('{"a_b":1}')],
  ["a key with a dash", withBody('{"a-b":1}')],
  ["a key with a blank", withBody('{"a b":1}')],
  ["a key beyond ASCII", withBody('{"ä":1}')],
  ["a key with a line end", withBody('{"a\\n":1}')],
  ["a key with an escape", withBody('{"\\u0061":1}')],
  ["a key with a NUL escape", withBody('{"a\\u0000":1}')],
  ["a key of 65 characters", withBody(`{"${"k".repeat(65)}":1}`)],
];

const badNumbers: [string, string][] = [
  "-0", "1.0", "1.5", "1e3", "1E3", "1e+3", "1e-3", "0.1", "0e0", "-0.0", "1e400", "-1e400", "01", "-01",
  "00", "+1", ".5", "1.", "-", "0x10", "NaN", "Infinity", "-Infinity", "1_000", "9007199254740992",
  "-9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808",
  "18446744073709551616", "100000000000000000000000000000",
].map((number) => [`the number ${number}`, withNumber(number)]);

const badStrings: [string, string][] = [
  "\\/", "\\u0041", "\\u005c", "\\u000a", "\\u0008", "\\u0000", "\\u0001", "\\u000b", "\\u001f",
  "\\u007f", "\\u2028", "\\u00e9", "\\ud83c\\udf6e", "\\uD83C\\uDF6E", "\\ud800", "\\udc00",
  "\\udc00\\ud800", "\\ud800x", "x\\udfff", "\\uD800\\u0041", "\\x41", "\\'", "\\0", "\\a", "\\v",
  "\\u12", "\\", "\\\\\\u0041", "\\U0041",
].map((text) => [`a string with ${text}`, withText(text)]);

const badFields: [string, string, string[]][] = [
  ["logId", "no log", [
    '""', '"AAAAAAAAAAAAAAAAAAAAA"', '"AAAAAAAAAAAAAAAAAAAAAAA"', '"AAAAAAAAAAAAAAAAAAAAA="',
    '"p.AAAAAAAAAAAAAAAAAAAAA"', '"p.p.AAAAAAAAAAAAAAAAAAAAAA"', '"P.AAAAAAAAAAAAAAAAAAAAAA"',
    '"pxAAAAAAAAAAAAAAAAAAAAAA"', '"AAAAAAAAAAAAAAAAAAAAAA\\n"', "1", "null",
  ]],
  ["seq", "no sequence number", ["0", "-1", "9007199254740992", '"1"', "null", "true", "[1]"]],
  ["deviceId", "no device id", [
    '""', `"${"a".repeat(65)}"`, '"a.b"', '"a b"', '"a/b"', '"ä"', '"d1\\n"', "1", "null",
  ]],
  ["role", "no writer's role", ['""', '"guest"', '"Staff"', '"staff "', '"boss"', "1", "null"]],
  ["hlc", "no time", [
    "[]", "[1]", "[1,2,3]", "[-1,0]", "[0,-1]", "[253402300800001,0]", "[0,2147483648]", '["1",0]',
    "[null,0]", "1", '{"ms":1}', "null",
  ]],
  ["tenantId", "no tenant", ['""', `"${"é".repeat(32)}x"`, `"${"t".repeat(65)}"`, "1", "null"]],
  ["kind", "no kind", ['""', `"${"k".repeat(41)}"`, '"Order.open"', '"order open"', '"order1"',
    '"order_open"', '"undo\\n"', "1", "null"]],
  ["entity", "no entity", ['""', '"order"', '"order/"', '"/o1"', '"order/a/b"', '"Order/o1"', '"o1/o1"',
    `"${"e".repeat(21)}/o1"`, `"order/${"0".repeat(65)}"`, '"order/a.b"', '"order/o1\\n"',
    '"order\\n/o1"', "1", "null"]],
  ["body", "no body", ["null", "[]", '""', "1", "true"]],
];

export const badTexts: TextCase[] = [
  ...toCases([
    ...badForms,
    ...badKeys,
    ...badNumbers,
    ...badStrings,
    ...badFields.flatMap(([name, why, values]) =>
      values.map((value): [string, string] => [
        `${why}: ${value.length > 40 ? `${value.length} characters` : value}`,
        having(name, value),
      ]),
    ),
    ["bad, and of another tenant: it is bad", plain.replace(tenantId, "luna").replace(":1,", ":0,")],
  ]),
  withBytes("a line end within a string", withText("?"), [0x0a]),
  withBytes("a tab within a string", withText("?"), [0x09]),
  withBytes("a NUL within a string", withText("?"), [0]),
  withBytes("an unescaped control", withText("?"), [0x1f]),
  withBytes("a NUL after it", `${plain}?`, [0]),
  withBytes("a byte that begins nothing", withText("?"), [0xff]),
  withBytes("half of a surrogate pair as bytes", withText("?"), [0xed, 0xa0, 0x80]),
  withBytes("both halves as three bytes each", withText("?"), [0xed, 0xa0, 0xbc, 0xed, 0xbd, 0xae]),
  withBytes("a NUL in two bytes", withText("?"), [0xc0, 0x80]),
  withBytes("a slash in two bytes", withText("?"), [0xc0, 0xaf]),
  withBytes("above U+10FFFF", withText("?"), [0xf4, 0x90, 0x80, 0x80]),
  withBytes("a character that ends early", withText("?"), [0xe2, 0x82]),
  withBytes("a byte that continues nothing", withText("?"), [0x80]),
  withBytes("Latin-1", withText("caf?"), [0xe9]),
];
