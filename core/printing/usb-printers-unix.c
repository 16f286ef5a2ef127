/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "usb-printers.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device-id.h"
#include "found-printer.h"

#define DEVICE_FOLDER "/dev/usb"
#define CLASS_FOLDER  "/sys/class/usbmisc"

typedef struct {
  char *device_folder, *class_folder;
} Search;

static void
search_free(gpointer data)
{
  Search *search = data;

  g_free(search->device_folder);
  g_free(search->class_folder);
  g_free(search);
}

/* What the printer says of itself; (transfer full) (nullable). */
static char *
read_label(const Search *search, const char *name)
{
  g_autofree char *path =
      g_build_filename(search->class_folder, name, "device", "ieee1284_id", NULL);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents(path, &text, &length, NULL))
    return NULL;
  return bh_device_id_make_label(text, length);
}

static BhFoundPrinter *
look_at(const Search *search, const char *name)
{
  g_autofree char *path = g_build_filename(search->device_folder, name, NULL);
  g_autofree char *label = read_label(search, name);
  /* Whoever may not write to it is not in the group `lp`. */
  gboolean may = access(path, R_OK | W_OK) == 0;

  return bh_found_printer_new(label != NULL ? label : name, "usb", g_strconcat("usb:", path, NULL),
                              may ? NULL : "no-permission");
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return atoi(*(const char *const *)a + 2) - atoi(*(const char *const *)b + 2);
}

static void
run_list(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Search *search = data;
  g_autoptr(GDir) folder = g_dir_open(search->device_folder, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)bh_found_printer_free);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name(folder)) != NULL)
    if (g_str_has_prefix(name, "lp") && names->len < BH_USB_PRINTERS_MAX)
      g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, compare_names);
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add(found, look_at(search, names->pdata[i]));
  g_task_return_pointer(task, found, (GDestroyNotify)g_ptr_array_unref);
}

void
bh_usb_printers_list_async(const char *device_folder, const char *class_folder,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, user_data);
  Search *search = g_new0(Search, 1);

  search->device_folder = g_strdup(device_folder != NULL ? device_folder : DEVICE_FOLDER);
  search->class_folder = g_strdup(class_folder != NULL ? class_folder : CLASS_FOLDER);
  g_task_set_task_data(task, search, search_free);
  g_task_run_in_thread(task, run_list);
}

GPtrArray *
bh_usb_printers_list_finish(GAsyncResult *result)
{
  return g_task_propagate_pointer(G_TASK(result), NULL);
}
