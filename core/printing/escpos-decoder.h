/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhEscposDecoder: takes foreign ESC/POS apart into texts and commands, without copying. It knows
 * how long each command is (Epson's command reference, and what is common to its followers), not
 * what it does; that is for whoever reads. A value on the stack; it only borrows the bytes.
 */
#pragma once

#include <glib.h>

#define BH_ESCPOS_DLE 0x10
#define BH_ESCPOS_ESC 0x1B
#define BH_ESCPOS_FS  0x1C
#define BH_ESCPOS_GS  0x1D

typedef enum {
  BH_ESCPOS_TEXT,    /* bytes from 0x20 on, in the code page of the moment */
  BH_ESCPOS_CONTROL, /* one byte below 0x20: LF, HT, CR... */
  BH_ESCPOS_COMMAND,
  BH_ESCPOS_UNKNOWN, /* a command not known, or one that the end cuts off */
} BhEscposKind;

typedef struct {
  BhEscposKind kind;
  const guint8 *bytes; /* all of it */
  gsize length;        /* at least 1 */
  guint8 prefix;       /* of a command: ESC, FS, GS or DLE */
  guint8 code;
  const guint8 *parameters; /* what follows the code */
  gsize n_parameters;
} BhEscposItem;

typedef struct {
  const guint8 *bytes;
  gsize length;
  gsize position;
} BhEscposDecoder;

#define BH_ESCPOS_DECODER_INIT(bytes_, length_)                                                    \
  {                                                                                                \
    .bytes = (bytes_), .length = (length_)                                                         \
  }

/** bh_escpos_decoder_next: Returns: %FALSE at the end */
gboolean bh_escpos_decoder_next(BhEscposDecoder *decoder, BhEscposItem *item);

/** bh_escpos_item_opens_drawer: `ESC p`, or its real-time form `DLE DC4 1`. */
gboolean bh_escpos_item_opens_drawer(const BhEscposItem *item);
