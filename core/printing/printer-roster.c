/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer-roster.h"

#include <glib/gi18n.h>
#include <string.h>

#include "print-queue-private.h"
#include "printer-store.h"

/* Letters of a name that is made of a label; a number may follow. */
#define MADE_NAME_BYTES 48

/* Names and labels --------------------------------------------------------------------------- */

static gboolean
is_name(const char *name)
{
  gsize length = strlen(name);

  return length >= 1 && length <= BH_PRINTER_MAX_NAME_BYTES &&
         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length;
}

static gboolean
check_name(const char *name, GError **error)
{
  if (is_name(name))
    return TRUE;
  g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_NAME,
              _("“%s” is no name for a printer: use a to z, 0 to 9, - and _"), name);
  return FALSE;
}

/* Returns: (transfer full) (nullable): without spaces around it */
static char *
check_label(const char *label, GError **error)
{
  g_autofree char *stripped = g_strstrip(g_strdup(label));
  gsize length = strlen(stripped);
  gboolean is_good =
      length >= 1 && length <= BH_PRINTER_MAX_NAME_BYTES && g_utf8_validate(stripped, -1, NULL);

  for (const char *at = stripped; is_good && *at != '\0'; at = g_utf8_next_char(at))
    is_good = g_unichar_isprint(g_utf8_get_char(at));
  if (is_good)
    return g_steal_pointer(&stripped);
  g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_NAME,
                      _("A printer's name has 1 to 64 letters."));
  return NULL;
}

static gboolean
is_taken(BhPrintQueue *self, const char *name)
{
  return bh_print_queue_find_printer(self, name) != NULL ||
         g_hash_table_contains(self->adding, name);
}

/* "Küche 2" -> "kueche-2", with another number behind it where that is taken. */
static char *
make_name(BhPrintQueue *self, const char *label)
{
  g_autofree char *ascii = g_str_to_ascii(label, NULL);
  g_autofree char *lower = g_ascii_strdown(ascii, -1);
  g_autoptr(GString) base = g_string_new(NULL);
  char *name;

  for (const char *at = lower; *at != '\0' && base->len < MADE_NAME_BYTES; at++) {
    if (g_ascii_isalnum(*at))
      g_string_append_c(base, *at);
    else if (base->len > 0 && base->str[base->len - 1] != '-')
      g_string_append_c(base, '-');
  }
  while (base->len > 0 && base->str[base->len - 1] == '-')
    g_string_truncate(base, base->len - 1);
  if (base->len == 0)
    g_string_append(base, "printer");
  name = g_strdup(base->str);
  for (guint number = 2; is_taken(self, name); number++) {
    g_free(name);
    name = g_strdup_printf("%s-%u", base->str, number);
  }
  return name;
}

/* @but: (nullable): not this one */
static gboolean
check_unheard(BhPrintQueue *self, const char *label, BhPrinter *but, GError **error)
{
  gboolean is_heard = g_hash_table_contains(self->adding, label);

  for (guint i = 0; i < self->printers->len && !is_heard; i++)
    is_heard = self->printers->pdata[i] != but &&
               g_str_equal(bh_printer_get_label(self->printers->pdata[i]), label);
  if (is_heard)
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_EXISTS, _("There is a printer “%s” already."),
                label);
  return !is_heard;
}

/* The list ------------------------------------------------------------------------------------ */

static BhPrinter *
find_address_in(GPtrArray *printers, const BhPrinterAddress *address)
{
  for (guint i = 0; i < printers->len; i++)
    if (bh_printer_address_equal(bh_printer_get_address(printers->pdata[i]), address))
      return printers->pdata[i];
  return NULL;
}

/* Also one that is being stored. */
static BhPrinter *
find_same_address(BhPrintQueue *self, const BhPrinterAddress *address)
{
  BhPrinter *printer = find_address_in(self->printers, address);

  return printer != NULL ? printer : find_address_in(self->coming, address);
}

/*
 * Whether none of those that leave is this one. Its device may take one connection at a time, and
 * its name is what stations know it by: another one would not do for them.
 */
static gboolean
check_gone(BhPrintQueue *self, const char *name, const BhPrinterAddress *address, GError **error)
{
  for (guint i = 0; i < self->leaving->len; i++) {
    BhPrinter *printer = self->leaving->pdata[i];

    if (g_str_equal(bh_printer_get_name(printer), name) ||
        bh_printer_address_equal(bh_printer_get_address(printer), address)) {
      g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_STATE,
                  _("“%s” is still ending its last page. Add it again in a moment."),
                  bh_printer_get_label(printer));
      return FALSE;
    }
  }
  return TRUE;
}

const char *
bh_print_queue_find_address(BhPrintQueue *queue, const char *uri)
{
  BhPrinterAddress address;
  BhPrinter *printer = NULL;

  if (bh_printer_address_parse(uri, &address, NULL))
    printer = find_same_address(queue, &address);
  bh_printer_address_clear(&address);
  return printer != NULL ? bh_printer_get_name(printer) : NULL;
}

static BhPrinter *
make_printer(BhPrintQueue *self, const char *name, const char *uri, GError **error)
{
  gsize max_bytes = (gsize)bh_limit_set_get(&self->limits, BH_LIMIT_PRINT_JOB_BYTES);

  return bh_printer_new(name, uri, self->store, max_bytes, &self->timing, error);
}

/* By their sources, so that the built-in printer is the default of a house that has no other. */
void
bh_print_queue_insert_printer(BhPrintQueue *self, BhPrinter *printer)
{
  guint at = self->printers->len;

  while (at > 0 &&
         bh_printer_get_source(self->printers->pdata[at - 1]) > bh_printer_get_source(printer))
    at--;
  g_ptr_array_insert(self->printers, (int)at, printer);
}

static gboolean
add(BhPrintQueue *self, const char *name, const char *label, const char *uri,
    BhPrinterSource source, GError **error)
{
  BhPrinter *printer = make_printer(self, name, uri, error);

  if (printer == NULL)
    return FALSE;
  if (label != NULL)
    bh_printer_set_label(printer, label);
  bh_printer_set_source(printer, source);
  bh_print_queue_watch_printer(self, printer);
  bh_print_queue_insert_printer(self, printer);
  return TRUE;
}

gboolean
bh_print_queue_add_printer(BhPrintQueue *queue, const char *name, const char *uri, GError **error)
{
  g_return_val_if_fail(BH_IS_PRINT_QUEUE(queue) && name != NULL && uri != NULL, FALSE);

  if (!check_name(name, error))
    return FALSE;
  if (bh_print_queue_find_printer(queue, name) != NULL) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_EXISTS, _("There is a printer “%s” already."),
                name);
    return FALSE;
  }
  return add(queue, name, NULL, uri, BH_PRINTER_SET, error);
}

gboolean
bh_print_queue_add_built_in(BhPrintQueue *queue, const char *name, GError **error)
{
  g_return_val_if_fail(BH_IS_PRINT_QUEUE(queue) && name != NULL, FALSE);

  return bh_print_queue_find_printer(queue, name) != NULL ||
         add(queue, name, NULL, "paper:", BH_PRINTER_BUILT_IN, error);
}

void
bh_print_queue_load_printers(BhPrintQueue *self, GPtrArray *printers)
{
  for (guint i = 0; i < printers->len; i++) {
    const BhStoredPrinter *stored = printers->pdata[i];
    g_autoptr(GError) error = NULL;

    /* It comes back when the settings name it no longer. */
    if (bh_print_queue_find_printer(self, stored->name) != NULL)
      g_message(_("The settings name a printer “%s”; the one of that name that was added in the "
                  "window rests."),
                stored->name);
    else if (!add(self, stored->name, stored->label, stored->uri, BH_PRINTER_STORED, &error))
      g_warning("%s", error->message);
  }
}

/* Adding -------------------------------------------------------------------------------------- */

static guint
count_stored(BhPrintQueue *self)
{
  guint count = 0;

  for (guint i = 0; i < self->printers->len; i++)
    count += bh_printer_get_source(self->printers->pdata[i]) == BH_PRINTER_STORED;
  return count + self->coming->len;
}

static void
store_printer_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPrintQueue *self = g_task_get_source_object(task);
  BhPrinter *printer = g_task_get_task_data(task);
  const BhPrinterAddition *addition = bh_store_get_task_data(result);
  GError *error = NULL;

  g_ptr_array_remove(self->coming, printer);
  g_hash_table_remove(self->adding, addition->name);
  g_hash_table_remove(self->adding, addition->label);
  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, bh_print_error_translate(error));
    return;
  }
  g_task_return_pointer(task, g_strdup(addition->name), g_free);
  if (self->is_closed)
    return;
  bh_print_queue_watch_printer(self, printer);
  bh_print_queue_insert_printer(self, g_object_ref(printer));
  for (guint i = 0; i < addition->waiting->len && !self->is_closed; i++)
    bh_printer_take_job(printer, bh_print_job_copy(addition->waiting->pdata[i]));
  if (!self->is_closed)
    bh_printer_start(printer);
}

static BhPrinter *
make_stored(BhPrintQueue *self, const char *label, const char *name, const char *uri,
            GError **error)
{
  g_autofree char *checked = check_label(label, error);
  g_autofree char *made = NULL;
  g_autoptr(BhPrinter) printer = NULL;
  BhPrinter *same;

  if (checked == NULL || (name != NULL && !check_name(name, error)) ||
      !check_unheard(self, checked, NULL, error))
    return NULL;
  if (count_stored(self) >= BH_PRINTER_ROSTER_MAX) {
    g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_FULL,
                        _("There are too many printers: remove one first."));
    return NULL;
  }
  if (name != NULL && is_taken(self, name)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_EXISTS, _("There is a printer “%s” already."),
                name);
    return NULL;
  }
  made = name != NULL ? g_strdup(name) : make_name(self, checked);
  printer = make_printer(self, made, uri, error);
  if (printer == NULL || !check_gone(self, made, bh_printer_get_address(printer), error))
    return NULL;
  same = find_same_address(self, bh_printer_get_address(printer));
  if (same != NULL) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_EXISTS,
                _("This printer is there already: it is called “%s”."), bh_printer_get_label(same));
    return NULL;
  }
  bh_printer_set_label(printer, checked);
  bh_printer_set_source(printer, BH_PRINTER_STORED);
  return g_steal_pointer(&printer);
}

void
bh_print_queue_store_printer_async(BhPrintQueue *queue, const char *label, const char *name,
                                   const char *uri, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  BhPrinterAddition *addition;
  BhPrinter *printer;
  GError *error = NULL;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue) && label != NULL && uri != NULL);

  task = g_task_new(queue, NULL, callback, user_data);
  printer = make_stored(queue, label, name, uri, &error);
  if (printer == NULL) {
    g_task_return_error(task, error);
    return;
  }
  g_task_set_task_data(task, printer, g_object_unref);
  addition = g_new0(BhPrinterAddition, 1);
  addition->name = g_strdup(bh_printer_get_name(printer));
  addition->label = g_strdup(bh_printer_get_label(printer));
  addition->uri = g_strdup(uri);
  g_ptr_array_add(queue->coming, g_object_ref(printer));
  g_hash_table_add(queue->adding, g_strdup(addition->name));
  g_hash_table_add(queue->adding, g_strdup(addition->label));
  bh_store_write_async(queue->store, bh_printer_run_add, addition,
                       (GDestroyNotify)bh_printer_addition_free, NULL, store_printer_cb,
                       g_steal_pointer(&task));
}

char *
bh_print_queue_store_printer_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, queue), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

/* Renaming ------------------------------------------------------------------------------------ */

BhPrinter *
bh_print_queue_find_stored(BhPrintQueue *self, const char *name, GError **error)
{
  BhPrinter *printer = bh_print_queue_find_printer(self, name);

  if (printer == NULL)
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_UNKNOWN_PRINTER,
                _("There is no printer “%s”."), name);
  else if (bh_printer_get_source(printer) == BH_PRINTER_SET)
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_FIXED,
                _("The printer “%s” is named in settings.ini or on the command line: it is changed "
                  "there."),
                name);
  else if (bh_printer_get_source(printer) == BH_PRINTER_BUILT_IN)
    g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_FIXED,
                        _("The built-in printer stays as it is."));
  else
    return printer;
  return NULL;
}

static void
rename_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPrintQueue *self = g_task_get_source_object(task);
  const BhPrinterRenaming *renaming = bh_store_get_task_data(result);
  BhPrinter *printer = bh_print_queue_find_printer(self, renaming->name);
  GError *error = NULL;

  g_hash_table_remove(self->adding, renaming->label);
  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, bh_print_error_translate(error));
    return;
  }
  if (printer != NULL)
    bh_printer_set_label(printer, renaming->label);
  g_task_return_boolean(task, TRUE);
}

void
bh_print_queue_rename_printer_async(BhPrintQueue *queue, const char *name, const char *label,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  BhPrinterRenaming *renaming;
  g_autofree char *checked = NULL;
  BhPrinter *printer;
  GError *error = NULL;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue) && name != NULL && label != NULL);

  task = g_task_new(queue, NULL, callback, user_data);
  printer = bh_print_queue_find_stored(queue, name, &error);
  checked = printer != NULL ? check_label(label, &error) : NULL;
  if (checked == NULL || !check_unheard(queue, checked, printer, &error)) {
    g_task_return_error(task, error);
    return;
  }
  renaming = g_new0(BhPrinterRenaming, 1);
  renaming->name = g_strdup(name);
  renaming->label = g_strdup(checked);
  g_hash_table_add(queue->adding, g_strdup(checked));
  bh_store_write_async(queue->store, bh_printer_run_rename, renaming,
                       (GDestroyNotify)bh_printer_renaming_free, NULL, rename_cb,
                       g_steal_pointer(&task));
}

gboolean
bh_print_queue_rename_printer_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, queue), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}
