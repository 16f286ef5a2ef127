/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhGuestAllowance: what one guest's device may ask of the hub by its data channels, and how
 * often for a connection, in all its pages together: who opens more of them, or comes again, gets
 * no more. Whoever sits in the house is a guest for the scan of a code, and the kitchen's tickets
 * go through the same loop.
 *
 * BhGuestAllowances: those of all guests; one that is neither held nor used up is forgotten.
 *
 * Plain structs without a clock: time is passed in, monotonic. One main context.
 */
#pragma once

#include <glib.h>

#include "limit-set.h"

typedef struct _BhGuestAllowance BhGuestAllowance;
typedef struct _BhGuestAllowances BhGuestAllowances;

BhGuestAllowance *bh_guest_allowance_ref(BhGuestAllowance *allowance);
void bh_guest_allowance_unref(BhGuestAllowance *allowance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhGuestAllowance, bh_guest_allowance_unref)

typedef enum {
  BH_GUEST_MAY,
  BH_GUEST_MAY_NOT,
  BH_GUEST_MAY_NOT_TELL,  /* and it was not told within the last second: `rate-limited` */
  BH_GUEST_MAY_NOT_CLOSE, /* and it goes on all the same: its connection is to be closed */
} BhGuestVerdict;

/**
 * bh_guest_allowance_take_message:
 *
 * BH_LIMIT_MESSAGES_PER_SECOND and BH_LIMIT_MESSAGE_BURST, as in the rooms. It is to be closed once
 * it has said as many too much as it may say at once, and on each further one, until it has been
 * quiet for long enough to have half of that again.
 */
BhGuestVerdict bh_guest_allowance_take_message(BhGuestAllowance *allowance, gint64 now_us);

/** bh_guest_allowance_take_offer: a WebRTC offer; Returns: %FALSE: not now */
gboolean bh_guest_allowance_take_offer(BhGuestAllowance *allowance, gint64 now_us);

/** bh_guest_allowances_new: copies what it needs of @limits */
BhGuestAllowances *bh_guest_allowances_new(const BhLimitSet *limits);
void bh_guest_allowances_free(BhGuestAllowances *allowances);

/** bh_guest_allowances_find: Returns: (transfer full): the device's; a full one where it has none
 */
BhGuestAllowance *bh_guest_allowances_find(BhGuestAllowances *allowances, const char *device_id,
                                           gint64 now_us);

/** bh_guest_allowances_get_size: how many are remembered */
guint bh_guest_allowances_get_size(BhGuestAllowances *allowances);
