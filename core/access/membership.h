/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhMembership: what the hub's signature says of a device (protocol section 1): whose key it is,
 * its role and its name, and from when to when. Any device can check another's without the hub.
 *
 * A document is `{data, sig}`, see signed-document.h; what takes memberships back is
 * revocations.h.
 */
#pragma once

#include "device.h"
#include "json-text.h"

/* From core/crypto; spelled here so that rooms which may not know that one can include this. */
typedef struct _BhSignKey BhSignKey;

/* A device that was away for a season is still known; its document is renewed in each `joined`. */
#define BH_MEMBERSHIP_VALID_MS (G_GINT64_CONSTANT(90) * 24 * 60 * 60 * 1000)

#define BH_MEMBERSHIP_KEY_BYTES 32

#define BH_MEMBERSHIP_ERROR (bh_membership_error_quark())

typedef enum {
  BH_MEMBERSHIP_ERROR_BAD,    /* it is no such document */
  BH_MEMBERSHIP_ERROR_FORGED, /* the signature is not the hub's */
  BH_MEMBERSHIP_ERROR_TIME,   /* not valid any more */
} BhMembershipError;

GQuark bh_membership_error_quark(void);

typedef struct {
  char *tenant_id;
  char *device_id;
  guint8 public_key[BH_MEMBERSHIP_KEY_BYTES]; /* Ed25519 */
  BhRole role;                                /* neither none nor hub */
  char *name;                                 /* may be "" */
  gint64 not_before_ms, not_after_ms;         /* UTC; the last millisecond belongs to it */
} BhMembership;

void bh_membership_free(BhMembership *membership);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhMembership, bh_membership_free)

/**
 * bh_membership_issue:
 * @device: not removed
 * @now_ms: UTC
 *
 * Not valid from now on, but from its last change, or the restore of the hub: the clock may be
 * ahead and be set back, and what was given out meanwhile would seem later than the next change,
 * which is to make it void.
 *
 * Returns: (transfer full): the document `{data, sig}` of @device as it is, valid from its last
 *   change until BH_MEMBERSHIP_VALID_MS from now
 */
json_t *bh_membership_issue(BhSignKey *hub, const char *tenant_id, const BhDevice *device,
                            gint64 now_ms);

/**
 * bh_membership_sign:
 *
 * Returns: (transfer full): the document `{data, sig}` of just what @membership says
 */
json_t *bh_membership_sign(BhSignKey *hub, const BhMembership *membership);

/**
 * bh_membership_parse:
 * @document: (nullable): foreign
 * @hub_key: of BH_MEMBERSHIP_KEY_BYTES
 * @now_ms: UTC
 *
 * Verifies it, and that it has not ended. Its beginning may lie ahead: where the hub's clock did at
 * the device's last change, it does; it only says which list of revocations makes it void. Whether
 * the device was revoked since, and whether the tenant is the right one, is for the caller to know.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set (BH_MEMBERSHIP_ERROR); its
 *   text quotes nothing of the document
 */
BhMembership *bh_membership_parse(const json_t *document, const guint8 *hub_key, gint64 now_ms,
                                  GError **error);

/**
 * BhMembershipVerify:
 * @public_key: of BH_MEMBERSHIP_KEY_BYTES
 * @signature: of 64 bytes, foreign
 *
 * As bh_sign_key_verify().
 */
typedef gboolean (*BhMembershipVerify)(const guint8 *public_key, const guint8 *bytes, gsize length,
                                       const guint8 *signature);

/**
 * bh_membership_open:
 * @verify: how signatures are checked; a simulation may have its own
 *
 * As bh_membership_parse(), for who wants to know what the hub once said: its times are not looked
 * at.
 */
BhMembership *bh_membership_open(const json_t *document, const guint8 *hub_key,
                                 BhMembershipVerify verify, GError **error);
