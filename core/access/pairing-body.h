/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairing-body: the bodies of the public requests of pairing. They come from anyone: each parser
 * takes any JSON value and fills a plain struct that owns all it has.
 */
#pragma once

#include "device.h"
#include "json-text.h"

#define BH_PAIRING_ID_BYTES        16 /* of a link, behind its text */
#define BH_PAIRING_ID_TEXT_BYTES   22 /* the same in base64url */
#define BH_PAIRING_NONCE_BYTES     32
#define BH_PAIRING_MAC_BYTES       32
#define BH_PAIRING_SIGNATURE_BYTES 64

/* Of a requestId: 36 in ours; what is longer is no one's. */
#define BH_PAIRING_MAX_REQUEST_ID_BYTES 36

/* A name as it was sent may have blanks around it. */
#define BH_PAIRING_MAX_SENT_NAME_BYTES 128

typedef struct {
  char sent[BH_PAIRING_MAX_SENT_NAME_BYTES + 1]; /* what is signed */
  char clean[BH_DEVICE_MAX_NAME_BYTES + 1];      /* what is kept; "": none was given */
} BhPairingName;

/* POST /api/v1/pair */
typedef struct {
  char link_id[BH_PAIRING_ID_TEXT_BYTES + 1];
  guint8 public_key[BH_DEVICE_KEY_BYTES];
  guint8 nonce[BH_PAIRING_NONCE_BYTES];
  guint8 mac[BH_PAIRING_MAC_BYTES];
  guint8 signature[BH_PAIRING_SIGNATURE_BYTES];
  BhPairingName name;
} BhPairBody;

/* POST /api/v1/pair/requests */
typedef struct {
  guint8 public_key[BH_DEVICE_KEY_BYTES];
  guint8 commitment[32];
  BhPairingName name;
} BhRequestBody;

/* POST /api/v1/pair/requests/open */
typedef struct {
  char request_id[BH_PAIRING_MAX_REQUEST_ID_BYTES + 1];
  guint8 nonce[BH_PAIRING_NONCE_BYTES];
  guint8 signature[BH_PAIRING_SIGNATURE_BYTES];
} BhOpenBody;

/* POST /api/v1/pair/requests/result */
typedef struct {
  char request_id[BH_PAIRING_MAX_REQUEST_ID_BYTES + 1];
  guint8 nonce[BH_PAIRING_NONCE_BYTES];
} BhResultBody;

/**
 * bh_pair_body_parse, bh_request_body_parse, bh_open_body_parse, bh_result_body_parse:
 * @body: (nullable): foreign
 *
 * Returns: %FALSE exactly when @error is set: BH_PAIRING_ERROR_BAD_REQUEST, saying which member to
 *   mend
 */
gboolean bh_pair_body_parse(const json_t *body, BhPairBody *out, GError **error);
gboolean bh_request_body_parse(const json_t *body, BhRequestBody *out, GError **error);
gboolean bh_open_body_parse(const json_t *body, BhOpenBody *out, GError **error);
gboolean bh_result_body_parse(const json_t *body, BhResultBody *out, GError **error);
