/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHouseItem: one thing of the house that the hub tells of: a device, a printer, a job, an entry
 * of the history. What is known of it is the object as the control API gave it.
 *
 * It stays the same object while the thing has the same key, so that a row which a person works in
 * stays too. Main context only.
 *
 * Signal `changed` (): something else is known of it.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"

#define BH_TYPE_HOUSE_ITEM (bh_house_item_get_type())
G_DECLARE_FINAL_TYPE(BhHouseItem, bh_house_item, BH, HOUSE_ITEM, GObject)

/** bh_house_item_new: @facts: (transfer none): an object, not changed by anybody any more */
BhHouseItem *bh_house_item_new(const char *key, json_t *facts);

/** bh_house_item_set_facts: tells `changed` where they are others. @facts: (transfer none).
 * Returns: whether they are */
gboolean bh_house_item_set_facts(BhHouseItem *item, json_t *facts);

const char *bh_house_item_get_key(BhHouseItem *item);

/** bh_house_item_get_facts: Returns: (transfer none): valid until the next `changed` */
const json_t *bh_house_item_get_facts(BhHouseItem *item);

/** bh_house_item_get_text: Returns: (transfer none): "" where @member is none or no text */
const char *bh_house_item_get_text(BhHouseItem *item, const char *member);

/** bh_house_item_get_number: Returns: 0 where @member is none or no integer */
gint64 bh_house_item_get_number(BhHouseItem *item, const char *member);

/** bh_house_item_get_flag: Returns: whether @member is true */
gboolean bh_house_item_get_flag(BhHouseItem *item, const char *member);
