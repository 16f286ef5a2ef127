/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCommandStock: how many are left of the items that somebody counts, as the commands that are
 * being carried out leave it.
 *
 * What is left is a register (`item.availability`), and a plan sees only what is committed: of two
 * guests who order while the first one's order is on its way to the disk, the second would count
 * down from the same number. So what is being written is kept here until it is committed. Of two
 * who sell while they do not hear each other the later count stands; nothing here changes that.
 *
 * One main context.
 */
#pragma once

#include "command-plan.h"

typedef struct _BhCommandStock BhCommandStock;

/** bh_command_stock_new: @property: borrowed; outlives the stock */
BhCommandStock *bh_command_stock_new(BhProperty *property);
void bh_command_stock_free(BhCommandStock *stock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhCommandStock, bh_command_stock_free)

/**
 * bh_command_stock_check:
 * @lines: as `order.lines` takes them
 * @plan: refused as `not-available` where there are fewer of an item
 */
gboolean bh_command_stock_check(BhCommandStock *stock, const json_t *lines, BhCommandPlan *plan);

/** bh_command_stock_count_down: adds to @plan what is left after @lines, which were checked. */
void bh_command_stock_count_down(BhCommandStock *stock, const json_t *lines, BhCommandPlan *plan);

/** bh_command_stock_begin: @plan is being written. */
void bh_command_stock_begin(BhCommandStock *stock, const BhCommandPlan *plan);

/** bh_command_stock_end: the write of @plan that began is over, whether it was kept or not. */
void bh_command_stock_end(BhCommandStock *stock, const BhCommandPlan *plan);
