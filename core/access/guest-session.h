/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhGuestSession: one guest's phone at one place. A value; the seating book owns it.
 */
#pragma once

#include <glib.h>

#define BH_GUEST_SECRET_BYTES      16
#define BH_GUEST_SECRET_HASH_BYTES 32

/* Before the id of a session where it stands for a device. */
#define BH_GUEST_DEVICE_PREFIX "guest-"

typedef enum {
  BH_GUEST_WAITING,   /* has scanned the code; -> requested by asking, -> seated by staff */
  BH_GUEST_REQUESTED, /* has asked staff for the seating; -> seated by staff */
  BH_GUEST_SEATED,    /* part of an open seating, until that is cleared */
} BhGuestState;

typedef struct {
  char *guest_device_id; /* "guest-" and a UUIDv7 */
  char *place_id;
  char *seating_id; /* (nullable): %NULL exactly with BH_GUEST_WAITING */
  BhGuestState state;
  gint64 since_ms; /* it waits: of the clock that runs on, which nobody sets; may be below 0 */
  guint8 secret_hash[BH_GUEST_SECRET_HASH_BYTES]; /* SHA-256; the secret is the guest's alone */
} BhGuestSession;

/** bh_guest_session_new: waiting, since @since_ms. @secret_hash: of BH_GUEST_SECRET_HASH_BYTES */
BhGuestSession *bh_guest_session_new(const char *guest_device_id, const char *place_id,
                                     const guint8 *secret_hash, gint64 since_ms);
void bh_guest_session_free(BhGuestSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhGuestSession, bh_guest_session_free)

/** bh_guest_state_get_name: Returns: (transfer none): as on the wire */
const char *bh_guest_state_get_name(BhGuestState state);
