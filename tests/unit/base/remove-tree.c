/* SPDX-License-Identifier: Apache-2.0 */
#include "remove-tree.h"

#include <glib/gstdio.h>

void
remove_tree(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    if (g_unlink(path) != 0)
      remove_tree(path);
  }
  g_assert_cmpint(g_rmdir(folder), ==, 0);
}
