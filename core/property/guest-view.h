/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest-view: what of a record a follower is shown (protocol section 4). Pure, over the property's
 * records.
 *
 * A guest sees: categories, items, modifiers and taxes as they are, but for what came by a private
 * log; of stations the name and the place in the list; of the house its name, address, telephone
 * and currency; of the own place what it is called, not the state of the room or who cleans it; the
 * own seating; the orders, requests and messages of the own seating; messages and requests of the
 * own device; and of other orders from which lines were moved to an order of the own seating, these
 * lines, with what was split off them and what is off their price; of lines that were split off
 * them and moved on, where to. Nothing else: no people, no devices, no other tables.
 */
#pragma once

#include "property.h"
#include "view-facts.h"

/** bh_guest_view_is_shared: whether all guests are shown the same of @name. */
gboolean bh_guest_view_is_shared(const char *name);

/**
 * bh_guest_view_read:
 * @name: `type/id`
 *
 * Returns: (transfer full) (nullable): `[name, record]`, as bh_record_to_json() prints records;
 *   %NULL: a guest of these facts may not see it, or there is no such record
 */
json_t *bh_guest_view_read(BhProperty *property, const BhViewFacts *facts, const char *name);

/**
 * bh_private_view_read:
 *
 * Returns: (transfer full) (nullable): as bh_guest_view_read(): a message that came by a private
 *   log, to or from this device or person
 */
json_t *bh_private_view_read(BhProperty *property, const BhViewFacts *facts, const char *name);
