/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhQrCode: a text as a QR code (ISO/IEC 18004), for a terminal, a page and a sheet of paper.
 *
 * A plain, immutable value.
 */
#pragma once

#include <glib.h>

typedef struct _BhQrCode BhQrCode;

/* Longest text that every code holds, in bytes; the limit at BH_QR_USE_PAPER. */
#define BH_QR_CODE_MAX_BYTES 2331

/* Light modules around the code (ISO/IEC 18004 section 5.3.8). */
#define BH_QR_CODE_QUIET 4

typedef enum {
  BH_QR_USE_SCREEN, /* nothing covers or wears it: the smallest code, 7 % of it may be lost */
  BH_QR_USE_PAPER,  /* lies on a table for years: 15 % may be lost */
} BhQrUse;

/**
 * bh_qr_code_new:
 * @text: UTF-8
 *
 * Returns: (transfer full) (nullable): %NULL: @text is empty or longer than BH_QR_CODE_MAX_BYTES
 */
BhQrCode *bh_qr_code_new(const char *text, BhQrUse use);
void bh_qr_code_free(BhQrCode *code);

/** bh_qr_code_get_width: modules a side, without the quiet zone. */
guint bh_qr_code_get_width(const BhQrCode *code);

/** bh_qr_code_is_dark: @x, @y: from the top left corner; outside the code all is light. */
gboolean bh_qr_code_is_dark(const BhQrCode *code, gint x, gint y);

/**
 * bh_qr_code_to_blocks:
 * @colours: whether to say black on white by ANSI sequences: right for a terminal, whose own
 *   colours may be the other way round; wrong for a file
 *
 * Two modules a character, one over the other, with the quiet zone.
 *
 * Returns: (transfer full): UTF-8, lines ending in a line feed
 */
char *bh_qr_code_to_blocks(const BhQrCode *code, gboolean colours);

/**
 * bh_qr_code_to_svg:
 * @label: what it leads to, for who does not see it; escaped here
 *
 * One module is one unit of its viewBox, quiet zone included; it has no size of its own, no style
 * and no script. Black on white whatever the page's colours are: not every reader takes the
 * negative.
 *
 * Returns: (transfer full): one `svg` element
 */
char *bh_qr_code_to_svg(const BhQrCode *code, const char *label);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhQrCode, bh_qr_code_free)
