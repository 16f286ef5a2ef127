/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhIceCandidate: one ICE candidate as its "candidate:" line says it (RFC 8839 section 5.1). A
 * plain value without pointers.
 */
#pragma once

#include <glib.h>

#define BH_ICE_FOUNDATION_BYTES 32   /* RFC 8839 section 5.1: 1*32 ice-char */
#define BH_ICE_ADDRESS_BYTES    255  /* the longest DNS name (RFC 1035 section 2.3.4) */
#define BH_ICE_UFRAG_BYTES      256  /* RFC 8839 section 5.4 */
#define BH_ICE_LINE_BYTES       1024 /* a candidate line; real ones have about 120 */

#define BH_ICE_CANDIDATE_ERROR (bh_ice_candidate_error_quark())

typedef enum {
  BH_ICE_CANDIDATE_ERROR_SYNTAX, /* no candidate line */
} BhIceCandidateError;

GQuark bh_ice_candidate_error_quark(void);

typedef enum {
  BH_ICE_CANDIDATE_HOST,
  BH_ICE_CANDIDATE_SERVER_REFLEXIVE,
  BH_ICE_CANDIDATE_PEER_REFLEXIVE,
  BH_ICE_CANDIDATE_RELAYED,
} BhIceCandidateKind;

typedef struct {
  char foundation[BH_ICE_FOUNDATION_BYTES + 1];
  guint component; /* 1 to 256; data channels have 1 only */
  gboolean is_udp; /* others are to be left out */
  guint32 priority;
  char address[BH_ICE_ADDRESS_BYTES + 1]; /* an IP literal without a zone, or a name */
  gboolean is_name;                       /* `<uuid>.local`, or another DNS name */
  guint16 port;                           /* never 0 for UDP */
  BhIceCandidateKind kind;
  char ufrag[BH_ICE_UFRAG_BYTES + 1]; /* empty where the line names none */
} BhIceCandidate;

/**
 * bh_ice_candidate_parse:
 * @line: "candidate:...", also with "a=" before it or a line end after it
 * @out: (out caller-allocates): unchanged on error
 *
 * Unknown extensions are skipped.
 *
 * Returns: %FALSE exactly when @error is set
 */
gboolean bh_ice_candidate_parse(const char *line, BhIceCandidate *out, GError **error);

/**
 * bh_ice_candidate_is_mdns: whether the address is a name below ".local" that a resolver may be
 * asked for
 */
gboolean bh_ice_candidate_is_mdns(const BhIceCandidate *candidate);
