/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "member-roll.h"

#include <string.h>

#include "membership.h"

/*
 * Members stand by device, the latest learned last. Only the hub's signature makes one, so there
 * are as many as devices ever had roles.
 */

struct _BhMemberRoll {
  char *tenant_id;
  guint8 hub_key[BH_OPERATION_KEY_BYTES];
  const BhOperationSigning *signing;
  GHashTable *devices; /* device id -> GPtrArray of BhRollMember, both owned */
  GHashTable *seen;    /* signature of a document -> its BhRollMember, borrowed */
};

G_STATIC_ASSERT(BH_OPERATION_KEY_BYTES == BH_MEMBERSHIP_KEY_BYTES);

BhRollMember *
bh_member_copy(const BhRollMember *member)
{
  BhRollMember *copy = g_new0(BhRollMember, 1);

  copy->device_id = g_strdup(member->device_id);
  copy->role = member->role;
  memcpy(copy->public_key, member->public_key, sizeof copy->public_key);
  copy->document = json_incref(member->document);
  return copy;
}

void
bh_member_free(BhRollMember *member)
{
  g_free(member->device_id);
  json_decref(member->document);
  g_free(member);
}

static void
free_members(gpointer data)
{
  g_ptr_array_unref(data);
}

BhMemberRoll *
bh_member_roll_new(const char *tenant_id, const guint8 *hub_key, const BhOperationSigning *signing)
{
  BhMemberRoll *roll = g_new0(BhMemberRoll, 1);

  roll->tenant_id = g_strdup(tenant_id);
  memcpy(roll->hub_key, hub_key, sizeof roll->hub_key);
  roll->signing = signing;
  roll->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_members);
  roll->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return roll;
}

void
bh_member_roll_free(BhMemberRoll *roll)
{
  if (roll == NULL)
    return;
  g_hash_table_unref(roll->seen);
  g_hash_table_unref(roll->devices);
  g_free(roll->tenant_id);
  g_free(roll);
}

static GPtrArray *
ensure_device(BhMemberRoll *roll, const char *device_id)
{
  GPtrArray *members = g_hash_table_lookup(roll->devices, device_id);

  if (members == NULL) {
    members = g_ptr_array_new_with_free_func((GDestroyNotify)bh_member_free);
    g_hash_table_insert(roll->devices, g_strdup(device_id), members);
  }
  return members;
}

/* What else a peer may have put into the object is not kept. */
static json_t *
strip_document(const json_t *document)
{
  return json_pack("{s:O, s:O}", "data", json_object_get(document, "data"), "sig",
                   json_object_get(document, "sig"));
}

/* Returns: (transfer none) (nullable): the same device, role and key; taken out of its place */
static BhRollMember *
steal_equal(GPtrArray *members, const BhMembership *facts)
{
  for (guint i = 0; i < members->len; i++) {
    BhRollMember *member = members->pdata[i];

    if (member->role == facts->role &&
        memcmp(member->public_key, facts->public_key, sizeof member->public_key) == 0)
      return g_ptr_array_steal_index(members, i);
  }
  return NULL;
}

static BhRollMember *
place(BhMemberRoll *roll, const BhMembership *facts, const json_t *document, gboolean *is_new)
{
  GPtrArray *members = ensure_device(roll, facts->device_id);
  BhRollMember *member = steal_equal(members, facts);

  *is_new = member == NULL;
  if (member == NULL) {
    member = g_new0(BhRollMember, 1);
    member->device_id = g_strdup(facts->device_id);
    member->role = facts->role;
    memcpy(member->public_key, facts->public_key, sizeof member->public_key);
  } else {
    /* Its older document is no longer what stands for it. */
    g_hash_table_remove(roll->seen, json_string_value(json_object_get(member->document, "sig")));
    json_decref(member->document);
  }
  member->document = strip_document(document);
  g_ptr_array_add(members, member);
  g_hash_table_insert(roll->seen, g_strdup(json_string_value(json_object_get(document, "sig"))),
                      member);
  return member;
}

const BhRollMember *
bh_member_roll_add(BhMemberRoll *roll, json_t *document, gboolean *is_new, GError **error)
{
  const char *sig = json_string_value(json_object_get(document, "sig"));
  BhRollMember *known = sig != NULL ? g_hash_table_lookup(roll->seen, sig) : NULL;
  g_autoptr(BhMembership) facts = NULL;
  gboolean added = FALSE;

  if (is_new == NULL)
    is_new = &added;
  *is_new = FALSE;
  if (known != NULL &&
      json_equal(json_object_get(known->document, "data"), json_object_get(document, "data")))
    return known;
  facts = bh_membership_open(document, roll->hub_key, roll->signing->verify, error);
  if (facts == NULL)
    return NULL;
  if (!g_str_equal(facts->tenant_id, roll->tenant_id)) {
    g_set_error_literal(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_BAD,
                        "this membership is of another property");
    return NULL;
  }
  return place(roll, facts, document, is_new);
}

const BhRollMember *
bh_member_roll_find(BhMemberRoll *roll, const char *device_id, BhRole role)
{
  GPtrArray *members = g_hash_table_lookup(roll->devices, device_id);

  for (guint i = members != NULL ? members->len : 0; i > 0; i--) {
    BhRollMember *member = members->pdata[i - 1];

    if (role == BH_ROLE_NONE || member->role == role)
      return member;
  }
  return NULL;
}

GPtrArray *
bh_member_roll_list(BhMemberRoll *roll, const char *device_id)
{
  GPtrArray *members = g_hash_table_lookup(roll->devices, device_id);
  GPtrArray *list = g_ptr_array_new();

  for (guint i = 0; members != NULL && i < members->len; i++)
    g_ptr_array_add(list, members->pdata[i]);
  return list;
}

guint
bh_member_roll_get_keys(BhMemberRoll *roll, const BhOperation *op,
                        guint8 keys[BH_MEMBER_ROLL_MAX_KEYS][BH_OPERATION_KEY_BYTES])
{
  GPtrArray *members;
  guint n = 0;

  if (op->role == BH_ROLE_HUB) {
    memcpy(keys[0], roll->hub_key, BH_OPERATION_KEY_BYTES);
    return 1;
  }
  members = g_hash_table_lookup(roll->devices, op->device_id);
  for (guint i = members != NULL ? members->len : 0; i > 0 && n < BH_MEMBER_ROLL_MAX_KEYS; i--) {
    BhRollMember *member = members->pdata[i - 1];

    if (member->role == op->role)
      memcpy(keys[n++], member->public_key, BH_OPERATION_KEY_BYTES);
  }
  return n;
}
