/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "printer-finder.h"

#include "cups-service.h"
#include "found-printer.h"
#include "network-printers.h"
#include "printer-roster.h"
#include "usb-printers.h"

/* Who may wait for one look; more are answered with what the last one gave. */
#define MAX_WAITING 64

struct _BhPrinterFinder {
  GObject parent_instance;

  BhPrintQueue *queue;
  BhServiceBrowser *browser; /* (nullable) */
  BhCupsService *cups;
  GPtrArray *found;    /* of BhFoundPrinter */
  GPtrArray *waiting;  /* of GTask, owned: they hold the finder */
  guint n_parts;       /* of the look under way */
  gint64 found_us;     /* 0: not looked yet */
  const char *network; /* static */
};

G_DEFINE_FINAL_TYPE(BhPrinterFinder, bh_printer_finder, G_TYPE_OBJECT)

static void
end_part(BhPrinterFinder *self, GPtrArray *found)
{
  if (found != NULL)
    g_ptr_array_extend_and_steal(self->found, found);
  if (--self->n_parts > 0)
    return;
  self->found_us = g_get_monotonic_time();
  while (self->waiting->len > 0) {
    g_autoptr(GTask) task = g_ptr_array_steal_index(self->waiting, 0);

    g_task_return_boolean(task, TRUE);
  }
}

static void
network_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPrinterFinder) self = user_data;
  GPtrArray *found = bh_network_printers_find_finish(BH_SERVICE_BROWSER(source), result, NULL);

  self->network = found != NULL ? "searched" : "no-service";
  end_part(self, found);
}

/* A computer without a print service has no queues. */
static void
cups_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPrinterFinder) self = user_data;

  end_part(self, bh_cups_service_list_finish(BH_CUPS_SERVICE(source), result, NULL));
}

static void
usb_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPrinterFinder) self = user_data;

  end_part(self, bh_usb_printers_list_finish(result));
}

static void
begin_look(BhPrinterFinder *self)
{
  g_ptr_array_set_size(self->found, 0);
  self->network = "off";
  self->n_parts = 2;
  if (self->browser != NULL) {
    self->n_parts++;
    bh_network_printers_find_async(self->browser, BH_PRINTER_FINDER_LOOK_MS, network_cb,
                                   g_object_ref(self));
  }
  bh_cups_service_list_async(self->cups, cups_cb, g_object_ref(self));
  bh_usb_printers_list_async(NULL, NULL, usb_cb, g_object_ref(self));
}

static gboolean
is_fresh(BhPrinterFinder *self)
{
  return self->found_us != 0 &&
         g_get_monotonic_time() - self->found_us < BH_PRINTER_FINDER_FRESH_MS * 1000;
}

void
bh_printer_finder_find_async(BhPrinterFinder *finder, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new(finder, NULL, callback, user_data);

  if ((finder->n_parts == 0 && is_fresh(finder)) || finder->waiting->len >= MAX_WAITING) {
    g_task_return_boolean(task, TRUE);
    g_object_unref(task);
    return;
  }
  g_ptr_array_add(finder->waiting, task);
  if (finder->n_parts == 0)
    begin_look(finder);
}

/* Whether it is there already may have changed since the look. */
static json_t *
describe(BhPrinterFinder *self, const BhFoundPrinter *found)
{
  const char *added =
      found->address != NULL ? bh_print_queue_find_address(self->queue, found->address) : NULL;

  return json_pack("{s:s, s:s, s:s?, s:s?, s:s?}", "label", found->label, "kind", found->kind,
                   "address", found->address, "problem", found->problem, "added", added);
}

json_t *
bh_printer_finder_find_finish(BhPrinterFinder *finder, GAsyncResult *result)
{
  json_t *printers = json_array();

  g_task_propagate_boolean(G_TASK(result), NULL);
  for (int usable = 1; usable >= 0; usable--)
    for (guint i = 0; i < finder->found->len; i++) {
      const BhFoundPrinter *found = finder->found->pdata[i];

      if ((found->problem == NULL) == (usable == 1))
        json_array_append_new(printers, describe(finder, found));
    }
  return json_pack("{s:o, s:s}", "printers", printers, "network", finder->network);
}

/* --- life --- */

static void
bh_printer_finder_finalize(GObject *object)
{
  BhPrinterFinder *self = BH_PRINTER_FINDER(object);

  g_ptr_array_unref(self->found);
  g_ptr_array_unref(self->waiting);
  g_clear_object(&self->browser);
  g_object_unref(self->cups);
  g_object_unref(self->queue);
  G_OBJECT_CLASS(bh_printer_finder_parent_class)->finalize(object);
}

static void
bh_printer_finder_class_init(BhPrinterFinderClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_printer_finder_finalize;
}

static void
bh_printer_finder_init(BhPrinterFinder *self)
{
  self->found = g_ptr_array_new_with_free_func((GDestroyNotify)bh_found_printer_free);
  self->waiting = g_ptr_array_new_with_free_func(g_object_unref);
  self->network = "off";
  self->cups = bh_cups_service_new();
}

BhPrinterFinder *
bh_printer_finder_new(BhPrintQueue *queue, BhServiceBrowser *browser)
{
  BhPrinterFinder *self = g_object_new(BH_TYPE_PRINTER_FINDER, NULL);

  self->queue = g_object_ref(queue);
  g_set_object(&self->browser, browser);
  return self;
}
