/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHouseList: a GListModel of BhHouseItem that follows what the control API lists: what is still
 * there stays the same object, so that views change in the places where something has changed.
 *
 * Main context only.
 */
#pragma once

#include "house-item.h"

#define BH_TYPE_HOUSE_LIST (bh_house_list_get_type())
G_DECLARE_FINAL_TYPE(BhHouseList, bh_house_list, BH, HOUSE_LIST, GObject)

/* More of one thing are neither shown nor kept. */
#define BH_HOUSE_LIST_MAX 1000

/** BhHouseKey: Returns: (transfer full) (nullable): what tells @facts from all others */
typedef char *(*BhHouseKey)(const json_t *facts);

/** bh_house_list_new: @member: the key is the text of this member; static. */
BhHouseList *bh_house_list_new(const char *member);

/** bh_house_list_new_with_key: where no single member tells them apart. */
BhHouseList *bh_house_list_new_with_key(BhHouseKey key);

/**
 * bh_house_list_update:
 * @list: (nullable): array of objects; what is none, or has no key, or one that was there before,
 *   is left out
 *
 * Returns: whether anything was added, removed or moved, or says something else
 */
gboolean bh_house_list_update(BhHouseList *self, const json_t *list);

/** bh_house_list_find: Returns: (transfer none) (nullable) */
BhHouseItem *bh_house_list_find(BhHouseList *self, const char *key);

/** bh_house_list_get: Returns: (transfer none): the item at @position, which there is */
BhHouseItem *bh_house_list_get(BhHouseList *self, guint position);

guint bh_house_list_get_count(BhHouseList *self);

/** bh_house_list_to_json: Returns: (transfer full): array of what is known of each */
json_t *bh_house_list_to_json(BhHouseList *self);
