/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyed-hash: for hash tables whose keys others choose, as log ids and names of entities: with
 * g_str_hash() a hostile device finds as many of one hash as it likes, and every look-up would walk
 * through all of them. This one has a key that is new with each process (SipHash-1-3).
 */
#pragma once

#include <glib.h>

/** bh_keyed_hash: @text: (type utf8): a GHashFunc, beside g_str_equal(). One main context. */
guint bh_keyed_hash(gconstpointer text);
