/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Data Channel Establishment Protocol (RFC 8832): its two messages, to and from bytes.
 */
#pragma once

#include <glib.h>

/* SCTP payload protocol identifiers (RFC 8831 section 8). The partial ones (52, 54) are deprecated
 * there and are not taken. */
#define BH_PPID_DCEP         50
#define BH_PPID_TEXT         51
#define BH_PPID_BINARY       53
#define BH_PPID_TEXT_EMPTY   56
#define BH_PPID_BINARY_EMPTY 57

#define BH_DCEP_ERROR (bh_dcep_error_quark())

typedef enum {
  BH_DCEP_ERROR_MALFORMED, /* lengths that do not fit, text that is none */
  BH_DCEP_ERROR_UNKNOWN,   /* a message or channel type that RFC 8832 does not have */
} BhDcepError;

GQuark bh_dcep_error_quark(void);

typedef enum {
  BH_DCEP_ACK = 0x02,
  BH_DCEP_OPEN = 0x03,
} BhDcepType;

typedef struct {
  BhDcepType type;
  /* The rest for BH_DCEP_OPEN. */
  gboolean unordered;
  gint max_retransmits;        /* -1: not limited; more than G_MAXINT is cut to that */
  gint max_packet_lifetime_ms; /* -1: not limited */
  guint16 priority;            /* RFC 8831 section 6.4 */
  char *label;                 /* UTF-8 without NUL */
  char *protocol;              /* the same */
} BhDcepMessage;

void bh_dcep_message_clear(BhDcepMessage *message);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BhDcepMessage, bh_dcep_message_clear)

/**
 * bh_dcep_parse:
 * @out: (out): to be cleared by the caller; untouched on error
 *
 * Bytes after a whole OPEN are refused; after an ACK they are ignored.
 *
 * Returns: %FALSE exactly when @error is set
 */
gboolean bh_dcep_parse(const guint8 *data, gsize length, BhDcepMessage *out, GError **error);

/**
 * bh_dcep_build_open:
 * @message: its label and protocol have at most 65535 bytes each; not both limits are set
 */
GBytes *bh_dcep_build_open(const BhDcepMessage *message);
