/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/** remove_tree: @folder with all that is in it; nothing may stay behind. Links are not followed. */
void remove_tree(const char *folder);
