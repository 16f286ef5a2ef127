// SPDX-License-Identifier: Apache-2.0
// Reads ESC/POS as a printer does, from the manual and not from our encoder: bytes in, lines out.
//
//   {text, align, runs: [{text, bold, underline, invert, width, height}]}
//   {raster: {width, height, black}}   in dots, and how many of them are black
//   {qr: {data, size}}   {feed: lines}   {cut: 'full' | 'partial'}   {drawer: true}
//
// Also what the host asks of the printer, for the listener to answer: {ask: 'completion', id},
// {ask: 'status', n}, {ask: 'automatic-status', mask}. A command it does not know is an error: a
// real printer would print its rest as text.

const PAGES = new Map([
  [0, 'cp437'], [2, 'cp850'], [3, 'cp860'], [4, 'cp863'], [5, 'cp865'], [16, 'windows-1252'],
  [17, 'cp866'], [18, 'cp852'], [19, 'cp858'], [45, 'windows-1250'], [46, 'windows-1251'],
  [47, 'windows-1253'], [48, 'windows-1254'], [51, 'windows-1257'],
]);

// Upper halves, 0x80 to 0xff, of the DOS pages that TextDecoder does not know.
const CP437 = 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧'
  + '╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const CP850 = 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤'
  + 'ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';
const CP852 = 'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤'
  + 'đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0';
// Node 20's own decoder takes windows-1252 for Latin-1 and loses 0x80 to 0x9f.
const CP1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'
  + Array.from({ length: 96 }, (_, index) => String.fromCharCode(0xa0 + index)).join('');
const UPPER_HALVES = { 'windows-1252': CP1252, cp437: CP437, cp850: CP850, cp852: CP852, cp858: CP850.replace('ı', '€') };

function decodeByte(byte, page) {
  if (byte < 0x80) return String.fromCharCode(byte);
  const name = PAGES.get(page);
  if (name in UPPER_HALVES) return UPPER_HALVES[name][byte - 0x80];
  if (name === 'cp866') return new TextDecoder('ibm866').decode(Uint8Array.of(byte));
  if (name?.startsWith('windows')) return new TextDecoder(name).decode(Uint8Array.of(byte));
  throw new Error(`a character above 127 in code page ${page}, which this decoder does not know`);
}

const ALIGNMENTS = ['left', 'center', 'right'];
const PLAIN = { bold: false, underline: false, invert: false, width: 1, height: 1 };

function countBlack(bytes) {
  let black = 0;
  for (const byte of bytes)
    for (let bit = byte; bit !== 0; bit &= bit - 1) black += 1;
  return black;
}

/** Feeds on chunks cut anywhere; calls `emit` with each thing in order. */
export class EscPosReader {
  #bytes = Buffer.alloc(0);
  #emit;
  #page = 0;
  #align = 'left';
  #style = { ...PLAIN };
  #runs = [];
  #qr = { data: '', size: 3 };

  constructor(emit) {
    this.#emit = emit;
  }

  push(chunk) {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    let used;
    while (this.#bytes.length > 0 && (used = this.#step(this.#bytes)) > 0)
      this.#bytes = this.#bytes.subarray(used);
  }

  /** Bytes of a command that has not come whole. */
  get unread() {
    return this.#bytes.length;
  }

  /** One character or command: how many bytes it took, 0 when more are needed. */
  #step(b) {
    switch (b[0]) {
      case 0x0a: this.#endLine(true); return 1;
      case 0x0d: case 0x00: return 1;
      case 0x09: this.#write('\t'); return 1;
      case 0x10: return this.#realTime(b);
      case 0x1b: return b.length < 2 ? 0 : this.#escape(b);
      case 0x1c: return b.length < 2 ? 0 : this.#kanji(b);
      case 0x1d: return b.length < 2 ? 0 : this.#group(b);
      default:
        if (b[0] < 0x20) throw new Error(`control character ${b[0].toString(16)}`);
        this.#write(decodeByte(b[0], this.#page));
        return 1;
    }
  }

  #write(text) {
    const last = this.#runs.at(-1);
    const same = last && Object.keys(PLAIN).every((key) => last[key] === this.#style[key]);
    if (same) last.text += text;
    else this.#runs.push({ text, ...this.#style });
  }

  #endLine(always) {
    if (this.#runs.length === 0 && !always) return;
    const runs = this.#runs.splice(0);
    this.#emit({ text: runs.map((run) => run.text).join(''), align: this.#align, runs });
  }

  #realTime(b) {
    if (b.length < 3) return 0;
    if (b[1] === 0x04) this.#emit({ ask: 'status', n: b[2] });
    else if (b[1] === 0x14 && b[2] === 1) {
      if (b.length < 5) return 0;
      this.#emit({ drawer: true });
      return 5;
    } else if (b[1] !== 0x05) throw new Error(`DLE ${b[1].toString(16)}`);
    return 3;
  }

  /** ESC commands: those with one argument byte set something, the others are spelled out. */
  #escape(b) {
    const command = String.fromCharCode(b[1]);
    if (command === '@') {
      this.#endLine(false);
      this.#page = 0;
      this.#align = 'left';
      this.#style = { ...PLAIN };
      return 2;
    }
    if (command === '2' || command === '<') return 2;
    if (b.length < 3) return 0;
    const n = b[2];
    switch (command) {
      case 'a': this.#align = ALIGNMENTS[n % 48]; return 3;
      case 'E': case 'G': this.#style.bold = (n & 1) === 1; return 3;
      case '-': this.#style.underline = n % 48 > 0; return 3;
      case 't': this.#page = n; return 3;
      case 'd': this.#endLine(false); this.#emit({ feed: n }); return 3;
      case 'J': this.#endLine(false); return 3;
      case '!':
        Object.assign(this.#style, { bold: (n & 8) !== 0, underline: (n & 128) !== 0,
          height: (n & 16) ? 2 : 1, width: (n & 32) ? 2 : 1 });
        return 3;
      case '3': case 'M': case 'R': case 'S': case 'T': case 'V': case '{': case '=': case ' ':
        return 3;
      case 'c': case '$': case '\\': return b.length < 4 ? 0 : 4;
      case 'D': return b.indexOf(0, 2) + 1;
      case 'p':
        if (b.length < 5) return 0;
        this.#emit({ drawer: true });
        return 5;
      case '*': return this.#bitImage(b);
      default: throw new Error(`ESC ${command}`);
    }
  }

  #bitImage(b) {
    if (b.length < 5) return 0;
    const rows = b[2] >= 32 ? 24 : 8;
    const width = b[3] + 256 * b[4];
    const end = 5 + width * rows / 8;
    if (b.length < end) return 0;
    this.#emit({ raster: { width, height: rows, black: countBlack(b.subarray(5, end)) } });
    return end;
  }

  #kanji(b) {
    const command = String.fromCharCode(b[1]);
    if (command === '.' || command === '&') return 2;
    if (command === '(') {
      if (b.length < 5) return 0;
      const end = 5 + b[3] + 256 * b[4];
      return b.length < end ? 0 : end;
    }
    throw new Error(`FS ${command}`);
  }

  #group(b) {
    const command = String.fromCharCode(b[1]);
    if (b.length < 3) return 0;
    const n = b[2];
    switch (command) {
      case '!':
        Object.assign(this.#style, { width: (n >> 4) + 1, height: (n & 15) + 1 });
        return 3;
      case 'B': this.#style.invert = (n & 1) === 1; return 3;
      case 'a': this.#emit({ ask: 'automatic-status', mask: n }); return 3;
      case 'h': case 'w': case 'H': case 'f': case 'b': case 'r': case 'I': return 3;
      case 'L': case 'P': case 'W': return b.length < 4 ? 0 : 4;
      case 'V': return this.#cut(b);
      case 'v': return this.#raster(b);
      case '(': return this.#counted(b);
      default: throw new Error(`GS ${command}`);
    }
  }

  #cut(b) {
    const mode = b[2];
    const length = mode >= 65 ? 4 : 3;
    if (b.length < length) return 0;
    this.#endLine(false);
    this.#emit({ cut: [0, 48, 65, 97, 103].includes(mode) ? 'full' : 'partial' });
    return length;
  }

  #raster(b) {
    if (b.length < 8) return 0;
    const bytesWide = b[4] + 256 * b[5];
    const height = b[6] + 256 * b[7];
    const end = 8 + bytesWide * height;
    if (b.length < end) return 0;
    this.#endLine(false);
    this.#emit({ raster: { width: bytesWide * 8, height, align: this.#align,
      black: countBlack(b.subarray(8, end)) } });
    return end;
  }

  /** GS ( x pL pH ...: commands that say their own length. */
  #counted(b) {
    if (b.length < 5) return 0;
    const end = 5 + b[3] + 256 * b[4];
    if (b.length < end) return 0;
    const kind = String.fromCharCode(b[2]);
    const args = b.subarray(5, end);
    if (kind === 'H') {
      if (args[0] !== 48 || args[1] !== 48 || args.length !== 6) throw new Error('GS ( H');
      this.#endLine(false);
      this.#emit({ ask: 'completion', id: Buffer.from(args.subarray(2)) });
    } else if (kind === 'k') {
      this.#symbol(args);
    } else if (kind === 'L') {
      this.#emit({ graphics: args.length });
    } else if (kind !== 'K' && kind !== 'E') {
      throw new Error(`GS ( ${kind}`);
    }
    return end;
  }

  /** GS ( k, cn 49: QR code. */
  #symbol(args) {
    if (args[0] !== 49) throw new Error(`GS ( k for symbol ${args[0]}`);
    if (args[1] === 67) this.#qr.size = args[2];
    if (args[1] === 80) this.#qr.data = args.subarray(3).toString('utf8');
    if (args[1] === 81) {
      this.#endLine(false);
      this.#emit({ qr: { ...this.#qr, align: this.#align } });
    }
  }
}

/** All things in whole bytes. */
export function readEscPos(bytes) {
  const things = [];
  const reader = new EscPosReader((thing) => things.push(thing));
  reader.push(bytes);
  if (reader.unread > 0) throw new Error(`${reader.unread} bytes of an unfinished command`);
  return things;
}
