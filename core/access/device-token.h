/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device-token: a device's whole identity as one line of text, for integrators:
 * "bht1.DEVICEID.SEED.HUBKEY". Whoever has it is that device: it is shown once, and travels over
 * https and loopback only.
 */
#pragma once

#include "device-book.h"

/* From core/crypto; spelled here so that rooms which may not know that one can include this. */
typedef struct _BhSignKey BhSignKey;

/* Longest that is looked at; a right one has 130. */
#define BH_DEVICE_TOKEN_MAX_BYTES 256

/** bh_device_token_make: Returns: (transfer full): wipe it. @hub_key: of BH_DEVICE_KEY_BYTES */
char *bh_device_token_make(const char *device_id, BhSignKey *device_key, const guint8 *hub_key);

typedef struct {
  char device_id[37];
  guint8 seed[BH_DEVICE_KEY_BYTES];
  guint8 hub_key[BH_DEVICE_KEY_BYTES];
} BhDeviceToken;

/** bh_device_token_clear: wipes it. */
void bh_device_token_clear(BhDeviceToken *token);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BhDeviceToken, bh_device_token_clear)

/**
 * bh_device_token_parse:
 * @text: (nullable): foreign text
 * @out: wiped where this fails
 *
 * Returns: whether it has the shape of one
 */
gboolean bh_device_token_parse(const char *text, BhDeviceToken *out);

/**
 * bh_device_token_find:
 * @text: (nullable): foreign text
 * @hub_key: of BH_DEVICE_KEY_BYTES: ours
 *
 * Returns: (transfer none) (nullable): the device whose key the token holds, made for this hub;
 *   removed ones too: look at revoked_ms
 */
BhDevice *bh_device_token_find(BhDeviceBook *book, const char *text, const guint8 *hub_key);
