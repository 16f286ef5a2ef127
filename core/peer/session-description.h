/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSessionDescription: the SDP of a connection that has data channels and nothing else (RFC 8866,
 * 8829, 8839, 8841, 8842, 8122, 9143). Text in, value out, and back; no I/O.
 *
 * Reading is tolerant: line ends may be LF alone, attributes may stand at the session's or at the
 * media's level, other media are kept only so far as an answer must name them to decline them.
 */
#pragma once

#include <glib.h>

#define BH_SDP_MAX_BYTES                 (64 * 1024) /* one signaling message (protocol section 2) */
#define BH_SDP_MAX_SECTIONS              64 /* m= lines; a large conference page has about 30 */
#define BH_SDP_MAX_CANDIDATES            32 /* the rest is left out; libnice itself takes 25 */
#define BH_SDP_MAX_FINGERPRINTS          8  /* of the chosen hash */
#define BH_SDP_DEFAULT_MAX_MESSAGE_BYTES (64 * 1024) /* RFC 8841 section 6.1 */

#define BH_SESSION_DESCRIPTION_ERROR (bh_session_description_error_quark())

typedef enum {
  BH_SESSION_DESCRIPTION_ERROR_SYNTAX,  /* no SDP, or one of its lines is malformed */
  BH_SESSION_DESCRIPTION_ERROR_LIMIT,   /* over one of the bounds above */
  BH_SESSION_DESCRIPTION_ERROR_MISSING, /* no data channels, credentials or fingerprint in it */
} BhSessionDescriptionError;

GQuark bh_session_description_error_quark(void);

/* RFC 8842 section 5.3 */
typedef enum {
  BH_SDP_SETUP_NONE, /* the attribute is absent */
  BH_SDP_SETUP_ACTPASS,
  BH_SDP_SETUP_ACTIVE,
  BH_SDP_SETUP_PASSIVE,
} BhSdpSetup;

/* One m= line. */
typedef struct {
  char *media;    /* "audio" */
  char *protocol; /* "UDP/TLS/RTP/SAVPF" */
  char *formats;  /* "111 63 9": what follows the protocol */
  char *mid;      /* (nullable) */
} BhSdpSection;

typedef struct {
  char *session_id;        /* of the o= line: digits */
  guint64 session_version; /* of the o= line */
  GPtrArray *sections;     /* of BhSdpSection, in the order of the text */
  guint data_index;        /* which of them has the data channels */
  gboolean has_bundle;     /* a=group:BUNDLE names the data section (or there is nothing to name) */

  char *ufrag, *password; /* ICE credentials */
  gboolean is_ice_lite;
  gboolean has_end_of_candidates;
  GPtrArray *candidates; /* of char *: "candidate:..." */

  BhSdpSetup setup;
  const char *fingerprint_hash; /* "sha-256", "sha-384" or "sha-512"; static */
  GPtrArray *fingerprints;      /* of char *: "AB:CD:..."; the certificate must match one of them */

  guint16 sctp_port;
  guint64 max_message_bytes; /* 0: no limit */
} BhSessionDescription;

/**
 * bh_session_description_new: an empty description with the arrays in place, for writing.
 */
BhSessionDescription *bh_session_description_new(void);

/**
 * bh_session_description_parse:
 * @text: (array length=length): bytes, need not end with NUL
 *
 * What is returned has a data section that is not declined, ICE credentials and at least one
 * fingerprint of a hash that is safe (sha-1 and md5 are not, RFC 8122 section 5). Of several hashes
 * sha-256 is chosen where it is there.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, whose message is fit to be
 *   sent to the other side
 */
BhSessionDescription *bh_session_description_parse(const char *text, gsize length, GError **error);

/**
 * bh_session_description_to_text:
 *
 * Sections other than the data section are written as declined (port 0); their order is kept.
 *
 * Returns: (transfer full)
 */
char *bh_session_description_to_text(const BhSessionDescription *self);

/**
 * bh_session_description_add_data_section:
 * @mid: (nullable): "0" where the other side names none
 *
 * Appends the m= line of the data channels and makes it the data section.
 */
void bh_session_description_add_data_section(BhSessionDescription *self, const char *mid);

/**
 * bh_session_description_copy_sections: makes @self answer @offer, m= line by m= line (RFC 3264
 * section 6).
 */
void bh_session_description_copy_sections(BhSessionDescription *self,
                                          const BhSessionDescription *offer);

/** bh_session_description_get_mid: Returns: (transfer none) (nullable): of the data section */
const char *bh_session_description_get_mid(const BhSessionDescription *self);

void bh_session_description_free(BhSessionDescription *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhSessionDescription, bh_session_description_free)
