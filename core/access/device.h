/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDevice: the hub's record of one paired device: a value, reference-counted (atomically), and
 * immutable once anyone but its maker has it. A change makes a new one.
 */
#pragma once

#include <glib.h>

#include "role.h"

#define BH_DEVICE_KEY_BYTES 32

/* Of devices, people and places, in UTF-8. */
#define BH_DEVICE_MAX_NAME_BYTES 64

/* How a device came in. */
#define BH_DEVICE_KIND_LINK  "link"
#define BH_DEVICE_KIND_CODE  "code"
#define BH_DEVICE_KIND_TOKEN "token"

typedef struct {
  gatomicrefcount refs;
  char *device_id; /* UUIDv7 */
  guint8 public_key[BH_DEVICE_KEY_BYTES];
  BhRole role;
  char *name;
  char *kind;           /* BH_DEVICE_KIND_... */
  gint64 created_ms;    /* UTC */
  gint64 changed_ms;    /* UTC: a membership from before is void. Each change raises it; it may be
                           ahead of the clock */
  gint64 valid_from_ms; /* UTC: notBefore of its memberships: changed_ms, or when the hub came back
                           from a backup, if that is later */
  gint64 revoked_ms;    /* UTC; 0: it is not */
  char *link_id;        /* (nullable): the link that it came by */
} BhDevice;

/**
 * bh_device_new:
 * @public_key: of BH_DEVICE_KEY_BYTES
 * @link_id: (nullable)
 * @now_ms: UTC
 *
 * With an id of its own.
 */
BhDevice *bh_device_new(const guint8 *public_key, BhRole role, const char *name, const char *kind,
                        const char *link_id, gint64 now_ms);

BhDevice *bh_device_ref(BhDevice *device);
void bh_device_unref(BhDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhDevice, bh_device_unref)

/**
 * bh_device_clean_name:
 * @text: (nullable): foreign text
 *
 * Without the blanks around it.
 *
 * Returns: (transfer full) (nullable): 1 to BH_DEVICE_MAX_NAME_BYTES of UTF-8 without characters
 *   that control a terminal or turn the direction of what follows; %NULL: it cannot be a name
 */
char *bh_device_clean_name(const char *text);
