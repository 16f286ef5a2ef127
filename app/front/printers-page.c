/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "printers-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "column.h"
#include "error-words.h"
#include "fact-row.h"
#include "house-words.h"
#include "plain-names.h"
#include "printer-row.h"
#include "printer-words.h"
#include "task-bar.h"

/* While the page is seen it looks for printers this often. */
#define LOOK_S 10

struct _BhPrintersPage {
  GtkBox parent_instance;

  BhHouseModel *model;
  GtkWidget *title, *list, *spinner, *look_button, *found, *found_words;
  GtkWidget *name_entry, *address_entry, *add_button;
  BhTaskBar *add_task, *queue_task;
  GtkWidget *queue_box, *jobs, *queue_words;

  gboolean adds_typed; /* what is being added stands in the entries */
  BhHouseList *nearby;
  GCancellable *looking; /* (nullable): while it is looked for printers */
  gboolean has_looked;
  guint look_source; /* while the page is seen */
};

G_DEFINE_FINAL_TYPE(BhPrintersPage, bh_printers_page, GTK_TYPE_BOX)

enum { ADDED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- adding --- */

static void
add_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPrintersPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  if (!bh_task_bar_end(self->add_task, answer == NULL ? error : NULL,
                       _("It is added. A test page shows whether it prints.")))
    return;
  if (self->adds_typed) {
    gtk_editable_set_text(GTK_EDITABLE(self->name_entry), "");
    gtk_editable_set_text(GTK_EDITABLE(self->address_entry), "");
  }
  g_signal_emit(self, signals[ADDED], 0);
}

/* @address: as a person types it: what is no URI is a computer on the network */
static void
add(BhPrintersPage *self, const char *label, const char *address)
{
  g_autofree char *uri =
      strstr(address, ":/") != NULL ? g_strdup(address) : g_strconcat("tcp://", address, NULL);

  bh_house_model_call_async(
      self->model, "printers/add", json_pack("{s:s, s:s}", "label", label, "address", uri),
      bh_task_bar_begin_firm(self->add_task, _("Adding the printer")), add_cb, g_object_ref(self));
}

static char *
dup_entry(GtkWidget *entry)
{
  return g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry))));
}

static void
on_edited(BhPrintersPage *self)
{
  g_autofree char *address = dup_entry(self->address_entry);

  gtk_widget_set_sensitive(self->add_button, *address != '\0');
}

static void
on_add(BhPrintersPage *self)
{
  g_autofree char *label = dup_entry(self->name_entry);
  g_autofree char *address = dup_entry(self->address_entry);

  if (*address == '\0')
    return;
  self->adds_typed = TRUE;
  add(self, *label != '\0' ? label : address, address);
}

/* --- found nearby --- */

static void
on_add_found(GtkButton *button, gpointer data)
{
  BhHouseItem *item = data;
  BhPrintersPage *self =
      BH_PRINTERS_PAGE(gtk_widget_get_ancestor(GTK_WIDGET(button), BH_TYPE_PRINTERS_PAGE));

  self->adds_typed = FALSE;
  add(self, bh_printer_words_title(bh_house_item_get_facts(item)),
      bh_house_item_get_text(item, "address"));
}

static GtkWidget *
make_found(gpointer data, gpointer user_data)
{
  BhHouseItem *item = data;
  const char *title = bh_printer_words_title(bh_house_item_get_facts(item));
  GtkWidget *row = bh_fact_row_new(title);
  GtkWidget *button = gtk_button_new_with_label(_("Add"));
  g_autofree char *words = g_strdup_printf(_("Add “%s”"), title);
  g_autofree char *line = bh_found_words_line(bh_house_item_get_facts(item));

  bh_fact_row_set_icon(BH_FACT_ROW(row), "printer-symbolic");
  bh_fact_row_set(BH_FACT_ROW(row), BH_TONE_QUIET, line);
  bh_plain_name(button, words);
  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive(button, *bh_house_item_get_text(item, "problem") == '\0');
  g_signal_connect_object(button, "clicked", G_CALLBACK(on_add_found), item, 0);
  bh_fact_row_add(BH_FACT_ROW(row), button);
  return row;
}

static void
show_looking(BhPrintersPage *self, const char *words)
{
  guint count = bh_house_list_get_count(self->nearby);

  gtk_spinner_set_spinning(GTK_SPINNER(self->spinner), self->looking != NULL);
  gtk_widget_set_visible(self->found, count > 0);
  gtk_label_set_text(GTK_LABEL(self->found_words), words);
  gtk_widget_set_visible(self->found_words, *words != '\0');
}

/* Those that can be added, and are not yet. Returns: (transfer full) */
static json_t *
list_new(const json_t *answer)
{
  json_t *list = json_array();
  json_t *found;
  gsize i;

  json_array_foreach(json_object_get(answer, "printers"), i, found)
  {
    if (json_is_string(json_object_get(found, "address")) &&
        !json_is_string(json_object_get(found, "added")))
      json_array_append(list, found);
  }
  return list;
}

static void
found_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPrintersPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);
  g_autoptr(json_t) list = answer != NULL ? list_new(answer) : NULL;

  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object(&self->looking);
  if (answer != NULL)
    bh_house_list_update(self->nearby, list);
  if (error != NULL)
    show_looking(self, bh_error_words(error));
  else if (bh_house_list_get_count(self->nearby) == 0)
    show_looking(self, _("No new printer on this network, at this computer or in its print "
                         "service. Is it switched on?"));
  else
    show_looking(self, "");
}

static void
on_look(BhPrintersPage *self)
{
  if (self->looking != NULL || !bh_house_model_is_serving(self->model))
    return;
  self->looking = g_cancellable_new();
  self->has_looked = TRUE;
  show_looking(self, bh_house_list_get_count(self->nearby) > 0 ? "" : _("Looking around…"));
  bh_house_model_call_async(self->model, "printers/found", NULL, self->looking, found_cb,
                            g_object_ref(self));
}

static gboolean
on_look_again(gpointer page)
{
  on_look(page);
  return G_SOURCE_CONTINUE;
}

/* --- the queue --- */

static void
job_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPrintersPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  bh_task_bar_end(self->queue_task, answer == NULL ? error : NULL, NULL);
}

static void
act_on_job(GtkButton *button, BhHouseItem *item, const char *path, const char *words)
{
  BhPrintersPage *self =
      BH_PRINTERS_PAGE(gtk_widget_get_ancestor(GTK_WIDGET(button), BH_TYPE_PRINTERS_PAGE));

  bh_house_model_call_async(self->model, path,
                            json_pack("{s:s, s:s}", "jobId", bh_house_item_get_text(item, "jobId"),
                                      "deviceId", bh_house_item_get_text(item, "deviceId")),
                            bh_task_bar_begin_firm(self->queue_task, words), job_cb,
                            g_object_ref(self));
}

static void
on_retry(GtkButton *button, gpointer item)
{
  act_on_job(button, item, "jobs/retry", _("Printing it"));
}

/* What shows a job; the row owns it. */
typedef struct {
  BhFactRow *row;
  BhHouseModel *model; /* outlives the row */
  GtkStack *stack;     /* "act"; "sure" while it is asked whether it shall go */
  GtkWidget *retry, *cancel, *keep, *sure;
} JobView;

/* A ticket that waits is not thrown away by a slip. */
static void
on_cancel(GtkButton *button, JobView *view)
{
  gtk_stack_set_visible_child_name(view->stack, "sure");
  gtk_widget_grab_focus(view->keep);
}

static void
on_keep(GtkButton *button, JobView *view)
{
  gtk_stack_set_visible_child_name(view->stack, "act");
  gtk_widget_grab_focus(view->cancel);
}

static void
on_sure(GtkButton *button, gpointer item)
{
  act_on_job(button, item, "jobs/cancel", _("Cancelling it"));
}

static void
show_job(BhHouseItem *item, JobView *view)
{
  const json_t *job = bh_house_item_get_facts(item);
  BhHouseItem *printer = bh_house_list_find(bh_house_model_get_printers(view->model),
                                            bh_house_item_get_text(item, "printer"));
  const char *where = printer != NULL ? bh_printer_words_title(bh_house_item_get_facts(printer))
                                      : bh_house_item_get_text(item, "printer");
  gint64 at_ms = bh_house_item_get_number(item, "createdAt");
  BhTone tone;
  g_autofree char *what = bh_job_words_title(job);
  g_autofree char *state = bh_job_words_line(job, &tone);
  g_autofree char *ago = bh_words_ago(at_ms, g_get_real_time() / 1000);
  g_autofree char *exact = bh_words_exact(at_ms);
  g_autofree char *title = g_strdup_printf("%s, %s", what, where);
  g_autofree char *line = g_strdup_printf("%s · %s", state, ago);
  gboolean waits = g_str_equal(bh_house_item_get_text(item, "state"), "queued");
  g_autofree char *retry =
      g_strdup_printf(waits ? _("Try now: %s") : _("Print once more: %s"), title);
  g_autofree char *cancel = g_strdup_printf(_("Cancel: %s"), title);
  g_autofree char *keep = g_strdup_printf(_("Keep: %s"), title);
  g_autofree char *sure = g_strdup_printf(_("Cancel now: %s"), title);
  gboolean may_cancel = bh_job_words_may_cancel(job);

  bh_fact_row_set_title(view->row, title);
  bh_fact_row_set(view->row, tone, line);
  gtk_widget_set_tooltip_text(GTK_WIDGET(view->row), exact);
  gtk_button_set_label(GTK_BUTTON(view->retry), waits ? _("Try now") : _("Print once more"));
  gtk_widget_set_visible(view->retry, bh_job_words_may_retry(job));
  gtk_widget_set_visible(view->cancel, may_cancel);
  if (!may_cancel)
    gtk_stack_set_visible_child_name(view->stack, "act");
  bh_plain_name(view->retry, retry);
  bh_plain_name(view->cancel, cancel);
  bh_plain_name(view->keep, keep);
  bh_plain_name(view->sure, sure);
}

static void
on_job_changed(BhHouseItem *item, GtkWidget *row)
{
  show_job(item, g_object_get_data(G_OBJECT(row), "view"));
}

static void
add_page(JobView *view, const char *name, GtkWidget *first, GtkWidget *second)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_widget_set_halign(box, GTK_ALIGN_END);
  gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(box), first);
  gtk_box_append(GTK_BOX(box), second);
  gtk_stack_add_named(view->stack, box, name);
}

static GtkWidget *
make_job(gpointer item, gpointer model)
{
  GtkWidget *row = bh_fact_row_new("");
  JobView *view = g_new0(JobView, 1);

  *view = (JobView){.row = BH_FACT_ROW(row),
                    .model = model,
                    .stack = GTK_STACK(gtk_stack_new()),
                    .retry = gtk_button_new_with_label(""),
                    .cancel = gtk_button_new_with_label(_("Cancel…")),
                    .keep = gtk_button_new_with_mnemonic(_("_Keep it")),
                    .sure = gtk_button_new_with_mnemonic(_("Cancel it _now"))};
  gtk_stack_set_hhomogeneous(view->stack, FALSE);
  gtk_widget_add_css_class(view->sure, "destructive-action");
  add_page(view, "act", view->retry, view->cancel);
  add_page(view, "sure", view->keep, view->sure);
  bh_fact_row_add(view->row, GTK_WIDGET(view->stack));
  g_signal_connect_object(view->retry, "clicked", G_CALLBACK(on_retry), item, 0);
  g_signal_connect(view->cancel, "clicked", G_CALLBACK(on_cancel), view);
  g_signal_connect(view->keep, "clicked", G_CALLBACK(on_keep), view);
  g_signal_connect_object(view->sure, "clicked", G_CALLBACK(on_sure), item, 0);
  g_object_set_data_full(G_OBJECT(row), "view", view, g_free);
  g_signal_connect_object(item, "changed", G_CALLBACK(on_job_changed), row, 0);
  show_job(item, view);
  return row;
}

/* --- the printers --- */

static GtkWidget *
make_printer(gpointer item, gpointer model)
{
  return bh_printer_row_new(model, item);
}

static void
on_row_activated(GtkListBox *list, GtkListBoxRow *row, BhPrintersPage *self)
{
  bh_printer_row_toggle(BH_PRINTER_ROW(row));
}

static void
on_changed(BhHouseModel *model, BhPrintersPage *self)
{
  BhHouseList *jobs = bh_house_model_get_jobs(model);
  gboolean any = bh_house_list_get_count(jobs) > 0;

  if (!self->has_looked && gtk_widget_get_mapped(GTK_WIDGET(self)))
    on_look(self);
  /* "2 min ago" grows old by itself. */
  for (guint i = 0; gtk_widget_get_mapped(self->jobs) && i < bh_house_list_get_count(jobs); i++)
    on_job_changed(bh_house_list_get(jobs, i),
                   GTK_WIDGET(gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->jobs), (int)i)));
  gtk_widget_set_visible(self->list,
                         bh_house_list_get_count(bh_house_model_get_printers(model)) > 0);
  gtk_widget_set_visible(self->jobs, any);
  gtk_widget_set_visible(self->queue_words, !any);
}

/* --- life --- */

static void
bh_printers_page_map(GtkWidget *widget)
{
  BhPrintersPage *self = BH_PRINTERS_PAGE(widget);

  GTK_WIDGET_CLASS(bh_printers_page_parent_class)->map(widget);
  self->look_source = g_timeout_add_seconds(LOOK_S, on_look_again, self);
  g_source_set_name_by_id(self->look_source, "bellhop printers nearby");
  bh_house_model_hold_part(self->model, BH_HOUSE_PART_JOBS);
  on_look(self);
}

static void
bh_printers_page_unmap(GtkWidget *widget)
{
  BhPrintersPage *self = BH_PRINTERS_PAGE(widget);

  g_clear_handle_id(&self->look_source, g_source_remove);
  if (self->looking != NULL)
    g_cancellable_cancel(self->looking);
  g_clear_object(&self->looking);
  bh_house_model_release_part(self->model, BH_HOUSE_PART_JOBS);
  GTK_WIDGET_CLASS(bh_printers_page_parent_class)->unmap(widget);
}

static void
bh_printers_page_dispose(GObject *object)
{
  BhPrintersPage *self = BH_PRINTERS_PAGE(object);

  g_clear_handle_id(&self->look_source, g_source_remove);
  g_clear_object(&self->looking);
  g_clear_object(&self->model);
  g_clear_object(&self->nearby);
  G_OBJECT_CLASS(bh_printers_page_parent_class)->dispose(object);
}

static void
bh_printers_page_class_init(BhPrintersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_printers_page_dispose;
  widget_class->map = bh_printers_page_map;
  widget_class->unmap = bh_printers_page_unmap;
  signals[ADDED] = g_signal_new("added", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  g_type_ensure(BH_TYPE_COLUMN);
  g_type_ensure(BH_TYPE_TASK_BAR);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/printers-page.ui");
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, title);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, list);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, spinner);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, look_button);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, found);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, found_words);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, name_entry);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, address_entry);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, add_button);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, add_task);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, queue_box);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, queue_task);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, jobs);
  gtk_widget_class_bind_template_child(widget_class, BhPrintersPage, queue_words);
  gtk_widget_class_bind_template_callback(widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback(widget_class, on_look);
  gtk_widget_class_bind_template_callback(widget_class, on_add);
  gtk_widget_class_bind_template_callback(widget_class, on_edited);
}

static void
bh_printers_page_init(BhPrintersPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
  self->nearby = bh_house_list_new("address");
  gtk_list_box_bind_model(GTK_LIST_BOX(self->found), G_LIST_MODEL(self->nearby), make_found, NULL,
                          NULL);
}

GtkWidget *
bh_printers_page_new(BhHouseModel *model)
{
  BhPrintersPage *self = g_object_new(BH_TYPE_PRINTERS_PAGE, NULL);

  self->model = g_object_ref(model);
  gtk_list_box_bind_model(GTK_LIST_BOX(self->list),
                          G_LIST_MODEL(bh_house_model_get_printers(model)), make_printer, model,
                          NULL);
  gtk_list_box_bind_model(GTK_LIST_BOX(self->jobs), G_LIST_MODEL(bh_house_model_get_jobs(model)),
                          make_job, model, NULL);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_changed), self, 0);
  on_changed(model, self);
  return GTK_WIDGET(self);
}

void
bh_printers_page_make_part(BhPrintersPage *page)
{
  gtk_widget_hide(page->title);
  gtk_widget_hide(page->queue_box);
}
