/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picture-type: which kinds of pictures are taken, told by their first bytes. What a browser would
 * run (SVG) is none of them.
 */
#pragma once

#include <glib.h>

/**
 * bh_picture_type_find:
 * @name: (nullable): foreign: a media type
 *
 * Returns: (transfer none) (nullable): the same, static; %NULL: it is none that is taken
 */
const char *bh_picture_type_find(const char *name);

/** bh_picture_type_fits: whether @content begins as @type does. */
gboolean bh_picture_type_fits(const char *type, GBytes *content);
