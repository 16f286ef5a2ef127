/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHubState: the rooms of one hub, as the handlers of its API need them. All borrowed; made by the
 * hub once all are there, and gone with it.
 */
#pragma once

#include "address-set.h"
#include "alert-desk.h"
#include "api.h"
#include "audit-log.h"
#include "authority.h"
#include "cloud-desk.h"
#include "command-desk.h"
#include "device-book.h"
#include "discovery-desk.h"
#include "endpoint.h"
#include "gate.h"
#include "house-links.h"
#include "hub-log.h"
#include "pairing-desk.h"
#include "person-book.h"
#include "picture-book.h"
#include "print-desk.h"
#include "print-doubts.h"
#include "printer-finder.h"
#include "seating-book.h"
#include "settings.h"

/* backup-desk.h, which is above this. */
typedef struct _BhBackupDesk BhBackupDesk;
/* ticket-follow.h, too. */
typedef struct _BhTicketFollow BhTicketFollow;

struct _BhHubState {
  GObject *hub; /* whose parts these are: who waits for a worker refs it */
  const char *hub_id;
  const char *tenant_id;
  const char *hub_name;
  gint64 started_us;          /* g_get_monotonic_time() */
  gboolean open;              /* lets in everybody on this computer */
  const BhSettings *settings; /* as it runs with them */
  BhSignKey *key;
  const BhGate *gate;
  BhStore *store;
  BhDeviceBook *devices;
  BhPersonBook *people;
  BhSeatingBook *seatings;
  BhAuditLog *audit;
  BhAlertDesk *alerts;
  BhPictureBook *pictures;
  BhPairingDesk *pairing;
  BhHouseLinks *links;
  BhDiscoveryDesk *discovery;
  BhSignalingServer *signaling;
  BhEndpoint *endpoint;
  BhPrintQueue *queue;
  BhPrintDesk *desk;
  BhPrintDoubts *doubts;
  BhPrinterFinder *finder;
  BhHubLog *log;
  BhProperty *property;    /* the log's */
  BhCommandDesk *commands; /* the log's; NULL until it serves */
  BhCloudDesk *cloud;      /* NULL until it serves */
  BhBackupDesk *backups;
  BhTicketFollow *follow;  /* NULL until it serves */
  BhLogCounts *log_counts; /* the log's; NULL until it serves */
};

/**
 * bh_hub_state_describe_device: who is there, for the history: the person signed in, and the
 * device.
 *
 * @device_id: (nullable)
 *
 * Returns: (transfer full) (nullable): %NULL: no paired device
 */
char *bh_hub_state_describe_device(const BhHubState *state, const char *device_id);

/** bh_hub_state_describe_member: the same of a member's device. */
char *bh_hub_state_describe_member(const BhHubState *state, BhMember *member);
