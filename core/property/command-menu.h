/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command-menu: an order's line as a command names it, made whole by what the menu says.
 *
 * What a line does not say comes from its item: name, price, tax, station, allergens. For a guest
 * all of that comes from the menu, whatever the line says, and so do the modifiers' prices.
 */
#pragma once

#include "command-plan.h"

/**
 * bh_command_menu_make_line:
 * @line: foreign
 * @line_id: what it is to be called
 * @plan: refused where this returns %NULL: `not-available` (there is no such item, or none left),
 *   or `bad-message`
 *
 * Returns: (transfer full) (nullable): a line as `order.lines` takes it
 */
json_t *bh_command_menu_make_line(BhProperty *property, const BhCommandSender *sender,
                                  const json_t *line, const char *line_id, BhCommandPlan *plan);

/**
 * bh_command_menu_find_currency:
 * @lines: foreign: lines of a command
 *
 * Returns: (transfer none): of the first of their items that has one, else of any item on the
 *   menu; "XXX" (ISO 4217: none) where none has. Valid until the menu changes
 */
const char *bh_command_menu_find_currency(BhProperty *property, const json_t *lines);
