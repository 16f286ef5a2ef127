// SPDX-License-Identifier: Apache-2.0
// Of which texts a page and a catalogue know: a digest that is put in when they are built.

declare const TEXTS_VERSION: string;

export const version: string = typeof TEXTS_VERSION === "undefined" ? "" : TEXTS_VERSION;
