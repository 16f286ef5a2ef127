/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhMemberRoll: who may have written what: the membership documents (protocol section 1) that a
 * replica has learned, from its own joining, from peers and with operations, each verified with the
 * hub's key. A document says whose key it is and in which role; it is kept for good and its times
 * are not looked at, for an operation outlives them.
 *
 * A plain struct of one main context.
 */
#pragma once

#include "operation.h"

typedef struct _BhMemberRoll BhMemberRoll;

typedef struct {
  char *device_id;
  BhRole role; /* neither none nor hub */
  guint8 public_key[BH_OPERATION_KEY_BYTES];
  json_t *document; /* `{data, sig}` */
} BhRollMember;

/** bh_member_copy: Returns: (transfer full): with a reference to the same document */
BhRollMember *bh_member_copy(const BhRollMember *member);
void bh_member_free(BhRollMember *member);

/* Keys of one device in one role; a device's id follows from its key, so there is one. */
#define BH_MEMBER_ROLL_MAX_KEYS 4

/**
 * bh_member_roll_new:
 * @hub_key: of BH_OPERATION_KEY_BYTES
 * @signing: static or outliving the roll
 */
BhMemberRoll *bh_member_roll_new(const char *tenant_id, const guint8 *hub_key,
                                 const BhOperationSigning *signing);
void bh_member_roll_free(BhMemberRoll *roll);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhMemberRoll, bh_member_roll_free)

/**
 * bh_member_roll_add:
 * @document: (nullable): foreign; referenced
 * @is_new: (out) (optional): the roll did not have such a one: (device, role, key)
 *
 * A document that is known by its bytes is not verified again. A later one of the same device, role
 * and key takes the earlier one's place.
 *
 * Returns: (transfer none) (nullable): %NULL exactly when @error is set (BH_MEMBERSHIP_ERROR): it
 *   is none, not signed by the hub, or of another property
 */
const BhRollMember *bh_member_roll_add(BhMemberRoll *roll, json_t *document, gboolean *is_new,
                                       GError **error);

/**
 * bh_member_roll_find:
 * @role: BH_ROLE_NONE: any; the last one learned
 *
 * Returns: (transfer none) (nullable): until the next bh_member_roll_add()
 */
const BhRollMember *bh_member_roll_find(BhMemberRoll *roll, const char *device_id, BhRole role);

/** bh_member_roll_list: Returns: (transfer container) (element-type BhRollMember): of @device_id */
GPtrArray *bh_member_roll_list(BhMemberRoll *roll, const char *device_id);

/**
 * bh_member_roll_get_keys:
 * @keys: (out) (array fixed-size=4): copied keys, so that a worker can have them
 *
 * Returns: how many keys can have signed @op: the hub's where its role is `hub`; 0: there is no
 *   document of its author in that role
 */
guint bh_member_roll_get_keys(BhMemberRoll *roll, const BhOperation *op,
                              guint8 keys[BH_MEMBER_ROLL_MAX_KEYS][BH_OPERATION_KEY_BYTES]);
