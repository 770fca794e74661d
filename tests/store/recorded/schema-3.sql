BEGIN TRANSACTION;
CREATE TABLE commits (id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "counters" VALUES('epoch',1);
CREATE TABLE experiments (
      name TEXT PRIMARY KEY,
      life INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      digest TEXT NOT NULL,
      created_at TEXT,
      expires_at TEXT,
      on_expiry TEXT NOT NULL
    , project TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "experiments" VALUES('recorded',1,1,'d1c1856be15c73db8fbe36833070a2e33491d8fee224b6f47ab27ca80c80d0eb','2026-11-28T18:21:04.833162+00:00',NULL,'keep','');
CREATE TABLE holders (
      id INTEGER PRIMARY KEY,
      experiment TEXT NOT NULL,
      holder TEXT NOT NULL,
      vm_group TEXT NOT NULL,
      UNIQUE (experiment, holder, vm_group)
    ) STRICT;
INSERT INTO "holders" VALUES(1,'recorded','lease/lan','client');
INSERT INTO "holders" VALUES(2,'recorded','lease/lan','store');
INSERT INTO "holders" VALUES(3,'recorded','lease/lan','full');
INSERT INTO "holders" VALUES(4,'recorded','lease/lan','server');
INSERT INTO "holders" VALUES(5,'recorded','lease/front','client');
INSERT INTO "holders" VALUES(6,'recorded','lease/dmz','gate');
INSERT INTO "holders" VALUES(7,'recorded','lease/production','crawler');
INSERT INTO "holders" VALUES(8,'recorded','vlan/lan','');
INSERT INTO "holders" VALUES(9,'recorded','vlan/front','');
INSERT INTO "holders" VALUES(10,'recorded','vlan/dmz','');
CREATE TABLE intended (
      experiment TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      spec TEXT NOT NULL,
      needs TEXT NOT NULL,
      carrier TEXT,
      PRIMARY KEY (experiment, kind, name)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE intents (
      id INTEGER PRIMARY KEY,
      run TEXT NOT NULL,
      experiment TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      action TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('prepared', 'issued', 'done', 'absent', 'unknown')),
      accepted INTEGER NOT NULL DEFAULT 0,
      ticket TEXT NOT NULL DEFAULT '',
      noted_at TEXT NOT NULL,
      settled_at TEXT,
      detail TEXT
    ) STRICT;
INSERT INTO "intents" VALUES(32,'1a8b48babf27','recorded','lease','dmz','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(33,'1a8b48babf27','recorded','lease','front','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(34,'1a8b48babf27','recorded','lease','lan','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(35,'1a8b48babf27','recorded','lease','production','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(36,'1a8b48babf27','recorded','reservation','east','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(37,'1a8b48babf27','recorded','reservation','north','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(38,'1a8b48babf27','recorded','reservation','plain','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(39,'1a8b48babf27','recorded','vlan','dmz','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(40,'1a8b48babf27','recorded','vlan','front','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(41,'1a8b48babf27','recorded','vlan','lan','create','lease@book','done',0,'','2026-11-28T18:21:04.839033+00:00','2026-11-28T18:21:04.843253+00:00','held');
INSERT INTO "intents" VALUES(42,'1a8b48babf27','recorded','deployment','chinqchint-1.lille','create','kadeploy@lille','done',0,'','2026-11-28T18:21:04.855115+00:00','2026-11-28T18:21:04.970115+00:00','');
INSERT INTO "intents" VALUES(43,'1a8b48babf27','recorded','deployment','chinqchint-2.lille','create','kadeploy@lille','done',0,'','2026-11-28T18:21:04.855115+00:00','2026-11-28T18:21:04.970115+00:00','');
INSERT INTO "intents" VALUES(44,'1a8b48babf27','recorded','deployment','griffon-1.nancy','create','kadeploy@nancy','done',0,'','2026-11-28T18:21:04.858872+00:00','2026-11-28T18:21:04.982545+00:00','');
INSERT INTO "intents" VALUES(45,'1a8b48babf27','recorded','deployment','griffon-2.nancy','create','kadeploy@nancy','done',0,'','2026-11-28T18:21:04.858872+00:00','2026-11-28T18:21:04.982545+00:00','');
INSERT INTO "intents" VALUES(46,'1a8b48babf27','recorded','host','chinqchint-1.lille','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:04.971480+00:00','2026-11-28T18:21:05.135870+00:00','');
INSERT INTO "intents" VALUES(47,'1a8b48babf27','recorded','bridge','chinqchint-1.lille/dmz','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:04.971480+00:00','2026-11-28T18:21:05.135870+00:00','');
INSERT INTO "intents" VALUES(48,'1a8b48babf27','recorded','bridge','chinqchint-1.lille/front','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:04.971480+00:00','2026-11-28T18:21:05.135870+00:00','');
INSERT INTO "intents" VALUES(49,'1a8b48babf27','recorded','bridge','chinqchint-1.lille/lan','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:04.971480+00:00','2026-11-28T18:21:05.135870+00:00','');
INSERT INTO "intents" VALUES(50,'1a8b48babf27','recorded','host','chinqchint-2.lille','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:04.974923+00:00','2026-11-28T18:21:05.202866+00:00','');
INSERT INTO "intents" VALUES(51,'1a8b48babf27','recorded','bridge','chinqchint-2.lille/front','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:04.974923+00:00','2026-11-28T18:21:05.202866+00:00','');
INSERT INTO "intents" VALUES(52,'1a8b48babf27','recorded','bridge','chinqchint-2.lille/lan','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:04.974923+00:00','2026-11-28T18:21:05.202866+00:00','');
INSERT INTO "intents" VALUES(53,'1a8b48babf27','recorded','switch','sw-1.lille','create','netconf@sw-1.lille','done',0,'','2026-11-28T18:21:04.977997+00:00','2026-11-28T18:21:05.188324+00:00','');
INSERT INTO "intents" VALUES(54,'1a8b48babf27','recorded','switch','sw-2.lille','create','netconf@sw-2.lille','done',0,'','2026-11-28T18:21:04.980762+00:00','2026-11-28T18:21:05.163664+00:00','');
INSERT INTO "intents" VALUES(55,'1a8b48babf27','recorded','host','griffon-1.nancy','create','xen@griffon-1.nancy','done',0,'','2026-11-28T18:21:04.983765+00:00','2026-11-28T18:21:05.153135+00:00','');
INSERT INTO "intents" VALUES(56,'1a8b48babf27','recorded','bridge','griffon-1.nancy/lan','create','xen@griffon-1.nancy','done',0,'','2026-11-28T18:21:04.983765+00:00','2026-11-28T18:21:05.153135+00:00','');
INSERT INTO "intents" VALUES(57,'1a8b48babf27','recorded','switch','sw-1.nancy','create','netconf@sw-1.nancy','done',0,'','2026-11-28T18:21:04.985007+00:00','2026-11-28T18:21:05.192064+00:00','');
INSERT INTO "intents" VALUES(58,'1a8b48babf27','recorded','host','griffon-2.nancy','create','xen@griffon-2.nancy','done',0,'','2026-11-28T18:21:04.987632+00:00','2026-11-28T18:21:05.218628+00:00','');
INSERT INTO "intents" VALUES(59,'1a8b48babf27','recorded','domain','crawler-0','create','xen@griffon-2.nancy','done',0,'','2026-11-28T18:21:04.987632+00:00','2026-11-28T18:21:05.218628+00:00','');
INSERT INTO "intents" VALUES(60,'1a8b48babf27','recorded','domain','client-0','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:05.189852+00:00','2026-11-28T18:21:05.259309+00:00','');
INSERT INTO "intents" VALUES(61,'1a8b48babf27','recorded','domain','full-0','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:05.189852+00:00','2026-11-28T18:21:05.259309+00:00','');
INSERT INTO "intents" VALUES(62,'1a8b48babf27','recorded','domain','gate-0','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:05.189852+00:00','2026-11-28T18:21:05.259309+00:00','');
INSERT INTO "intents" VALUES(63,'1a8b48babf27','recorded','domain','server-0','create','xen@griffon-1.nancy','done',0,'','2026-11-28T18:21:05.193796+00:00','2026-11-28T18:21:05.274209+00:00','');
INSERT INTO "intents" VALUES(64,'1a8b48babf27','recorded','domain','client-1','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:05.204004+00:00','2026-11-28T18:21:05.299834+00:00','');
INSERT INTO "intents" VALUES(65,'1a8b48babf27','recorded','domain','store-0','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:05.204004+00:00','2026-11-28T18:21:05.299834+00:00','');
CREATE TABLE locks (
      experiment TEXT PRIMARY KEY,
      epoch INTEGER NOT NULL,
      serial INTEGER NOT NULL,
      run TEXT,
      since TEXT
    ) STRICT, WITHOUT ROWID;
INSERT INTO "locks" VALUES('recorded',1,29,NULL,NULL);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('lineage','fa9d0bb1-7f61-4c8b-8aaa-92301bd2b4e6');
CREATE TABLE node_failures (
      experiment TEXT NOT NULL,
      node TEXT NOT NULL,
      count INTEGER NOT NULL,
      last TEXT NOT NULL,
      PRIMARY KEY (experiment, node)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE node_leases (
      node TEXT PRIMARY KEY,
      experiment TEXT NOT NULL,
      holder TEXT NOT NULL
    , state TEXT NOT NULL DEFAULT 'bound'
      CHECK (state IN ('reserved', 'bound', 'outside'))) STRICT, WITHOUT ROWID;
INSERT INTO "node_leases" VALUES('chinqchint-1.lille','recorded','north','bound');
INSERT INTO "node_leases" VALUES('chinqchint-2.lille','recorded','north','bound');
INSERT INTO "node_leases" VALUES('griffon-1.nancy','recorded','east','bound');
INSERT INTO "node_leases" VALUES('griffon-2.nancy','recorded','plain','bound');
CREATE TABLE number_leases (
      pool TEXT NOT NULL,
      item INTEGER NOT NULL,
      holder INTEGER NOT NULL,
      member INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('reserved', 'bound', 'quarantine', 'outside')),
      free_at TEXT,
      PRIMARY KEY (pool, item)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "number_leases" VALUES('ipv4',176689153,1,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176689154,1,1,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176689155,2,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176689156,3,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176689157,4,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176697857,5,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176697858,5,1,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176700417,6,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',177209345,7,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('stag:renater',1000,8,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('vlan:lille',700,9,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('vlan:lille',710,10,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('vlan:lille',720,8,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('vlan:nancy',720,8,0,'bound',NULL);
CREATE TABLE projects (
      name TEXT PRIMARY KEY,
      nodes INTEGER,
      addresses INTEGER,
      vlans INTEGER
    ) STRICT, WITHOUT ROWID;
INSERT INTO "projects" VALUES('',NULL,NULL,NULL);
CREATE TABLE resources (
      experiment TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      spec TEXT NOT NULL,
      needs TEXT NOT NULL,
      carrier TEXT,
      PRIMARY KEY (experiment, kind, name)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-1.lille/dmz','xen@chinqchint-1.lille','["xbr710","eth1",710]','[["host", "chinqchint-1.lille"], ["reservation", "north"], ["vlan", "dmz"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-1.lille/front','xen@chinqchint-1.lille','["xbr700","eth1",700]','[["host", "chinqchint-1.lille"], ["reservation", "north"], ["vlan", "front"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-1.lille/lan','xen@chinqchint-1.lille','["xbr720","eth1",720]','[["host", "chinqchint-1.lille"], ["reservation", "north"], ["vlan", "lan"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-2.lille/front','xen@chinqchint-2.lille','["xbr700","eth1",700]','[["host", "chinqchint-2.lille"], ["reservation", "north"], ["vlan", "front"]]','deployment/chinqchint-2.lille');
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-2.lille/lan','xen@chinqchint-2.lille','["xbr720","eth1",720]','[["host", "chinqchint-2.lille"], ["reservation", "north"], ["vlan", "lan"]]','deployment/chinqchint-2.lille');
INSERT INTO "resources" VALUES('recorded','bridge','griffon-1.nancy/lan','xen@griffon-1.nancy','["xbr720","eth1",720]','[["host", "griffon-1.nancy"], ["reservation", "east"], ["vlan", "lan"]]','deployment/griffon-1.nancy');
INSERT INTO "resources" VALUES('recorded','deployment','chinqchint-1.lille','kadeploy@lille','["chinqchint-1.lille.lab.test","debian-xen",1,"root"]','[["reservation", "north"]]',NULL);
INSERT INTO "resources" VALUES('recorded','deployment','chinqchint-2.lille','kadeploy@lille','["chinqchint-2.lille.lab.test","debian-xen",1,"root"]','[["reservation", "north"]]',NULL);
INSERT INTO "resources" VALUES('recorded','deployment','griffon-1.nancy','kadeploy@nancy','["griffon-1.nancy.lab.test","debian-xen",1,"root"]','[["reservation", "east"]]',NULL);
INSERT INTO "resources" VALUES('recorded','deployment','griffon-2.nancy','kadeploy@nancy','["griffon-2.nancy.lab.test","debian-xen",1,"root"]','[["reservation", "plain"]]',NULL);
INSERT INTO "resources" VALUES('recorded','domain','client-0','xen@chinqchint-1.lille','["recorded-client-0","710cea76-5270-5454-8bc1-ea10af61c2ca","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.16.1/28",128,1,[["00:16:3e:88:10:01","xbr720"],["00:16:3e:88:32:01","xbr700"]],"","","running","pv"]','[["bridge", "chinqchint-1.lille/front"], ["bridge", "chinqchint-1.lille/lan"], ["host", "chinqchint-1.lille"], ["lease", "front"], ["lease", "lan"], ["reservation", "north"], ["switch", "sw-1.lille"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','domain','client-1','xen@chinqchint-2.lille','["recorded-client-1","3dea2fdb-341d-5fd9-88d1-aae8edcc46f9","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.16.2/28",128,1,[["00:16:3e:88:10:02","xbr720"],["00:16:3e:88:32:02","xbr700"]],"","","running","pv"]','[["bridge", "chinqchint-2.lille/front"], ["bridge", "chinqchint-2.lille/lan"], ["host", "chinqchint-2.lille"], ["lease", "front"], ["lease", "lan"], ["reservation", "north"], ["switch", "sw-2.lille"]]','deployment/chinqchint-2.lille');
INSERT INTO "resources" VALUES('recorded','domain','crawler-0','xen@griffon-2.nancy','["recorded-crawler-0","7bb0d25f-4f75-5564-b995-28e86740ba3e","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.144.0.1/14 tgw=10.147.255.254",128,1,[["00:16:3e:90:00:01","xenbr0"]],"","","running","pv"]','[["host", "griffon-2.nancy"], ["lease", "production"], ["reservation", "plain"]]','deployment/griffon-2.nancy');
INSERT INTO "resources" VALUES('recorded','domain','full-0','xen@chinqchint-1.lille','["recorded-full-0","2cd2f218-3169-529f-8ab9-972ff3b614c4","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=ttyS0 tip=10.136.16.4/28",256,1,[["00:16:3e:88:10:04","xbr720"]],"","","running","hvm"]','[["bridge", "chinqchint-1.lille/lan"], ["host", "chinqchint-1.lille"], ["lease", "lan"], ["reservation", "north"], ["switch", "sw-1.lille"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','domain','gate-0','xen@chinqchint-1.lille','["recorded-gate-0","93d2c366-5971-5e77-9f24-5ce0b3fe8796","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.60.1/14 tgw=10.139.255.254",128,1,[["00:16:3e:88:3c:01","xbr710"]],"","","running","pv"]','[["bridge", "chinqchint-1.lille/dmz"], ["host", "chinqchint-1.lille"], ["lease", "dmz"], ["reservation", "north"], ["switch", "sw-1.lille"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','domain','server-0','xen@griffon-1.nancy','["recorded-server-0","b74b863f-9b77-57fa-b68c-4cac01fe238a","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.16.5/28",128,1,[["00:16:3e:88:10:05","xbr720"]],"","","running","pv"]','[["bridge", "griffon-1.nancy/lan"], ["host", "griffon-1.nancy"], ["lease", "lan"], ["reservation", "east"], ["switch", "sw-1.nancy"]]','deployment/griffon-1.nancy');
INSERT INTO "resources" VALUES('recorded','domain','store-0','xen@chinqchint-2.lille','["recorded-store-0","a12c3bde-3b90-56a3-853d-c4d88306c97e","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 root=/dev/xvda1 tip=10.136.16.3/28",256,2,[["00:16:3e:88:10:03","xbr720"]],"/var/lib/reconciler/recorded-store-0-892044e9.img","/var/lib/xen/images/small.img","running","pv"]','[["bridge", "chinqchint-2.lille/lan"], ["host", "chinqchint-2.lille"], ["lease", "lan"], ["reservation", "north"], ["switch", "sw-2.lille"]]','deployment/chinqchint-2.lille');
INSERT INTO "resources" VALUES('recorded','host','chinqchint-1.lille','xen@chinqchint-1.lille','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "chinqchint-1.lille"], ["reservation", "north"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','host','chinqchint-2.lille','xen@chinqchint-2.lille','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "chinqchint-2.lille"], ["reservation", "north"]]','deployment/chinqchint-2.lille');
INSERT INTO "resources" VALUES('recorded','host','griffon-1.nancy','xen@griffon-1.nancy','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "griffon-1.nancy"], ["reservation", "east"]]','deployment/griffon-1.nancy');
INSERT INTO "resources" VALUES('recorded','host','griffon-2.nancy','xen@griffon-2.nancy','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "griffon-2.nancy"], ["reservation", "plain"]]','deployment/griffon-2.nancy');
INSERT INTO "resources" VALUES('recorded','lease','dmz','lease@book','[[["gate",0,176700417,1]]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','lease','front','lease@book','[[["client",0,176697857,2]]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','lease','lan','lease@book','[[["client",0,176689153,2],["full",0,176689156,1],["server",0,176689157,1],["store",0,176689155,1]]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','lease','production','lease@book','[[["crawler",0,177209345,1]]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','reservation','east','lease@book','[["griffon-1.nancy"]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','reservation','north','lease@book','[["chinqchint-1.lille","chinqchint-2.lille"]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','reservation','plain','lease@book','[["griffon-2.nancy"]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','switch','sw-1.lille','netconf@sw-1.lille','[[["Ethernet11","xr:v1:lille:recorded:5fc48adb",null,[700,710,720],true]],[["Ethernet44",[710],[]],["Ethernet45",[720],[]],["Ethernet47",[1000],[]],["Ethernet48",[700,720],[]]],[["Ethernet46",1000,[720]]],100]','[["deployment", "chinqchint-1.lille"], ["reservation", "north"], ["vlan", "dmz"], ["vlan", "front"], ["vlan", "lan"]]',NULL);
INSERT INTO "resources" VALUES('recorded','switch','sw-1.nancy','netconf@sw-1.nancy','[[["Ethernet11","xr:v1:nancy:recorded:2443ccee",null,[720],true]],[["Ethernet45",[720],[]],["Ethernet47",[1000],[]]],[["Ethernet46",1000,[720]]],100]','[["deployment", "griffon-1.nancy"], ["reservation", "east"], ["vlan", "lan"]]',NULL);
INSERT INTO "resources" VALUES('recorded','switch','sw-2.lille','netconf@sw-2.lille','[[["Ethernet14","xr:v1:lille:recorded:fe6198f7",null,[700,720],true]],[["Ethernet48",[700,720],[]]],[],100]','[["deployment", "chinqchint-2.lille"], ["reservation", "north"], ["vlan", "front"], ["vlan", "lan"]]',NULL);
INSERT INTO "resources" VALUES('recorded','vlan','dmz','lease@book','[[["vlan:lille",710]]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','vlan','front','lease@book','[[["vlan:lille",700]]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','vlan','lan','lease@book','[[["stag:renater",1000],["vlan:lille",720],["vlan:nancy",720]]]','[]',NULL);
CREATE TABLE runs (
      run TEXT PRIMARY KEY,
      machine TEXT NOT NULL,
      host TEXT NOT NULL,
      boot TEXT NOT NULL,
      space TEXT NOT NULL,
      pid INTEGER NOT NULL,
      started INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      since TEXT NOT NULL,
      beat TEXT NOT NULL,
      ended_at TEXT
    ) STRICT, WITHOUT ROWID;
INSERT INTO "runs" VALUES('1a8b48babf27','recorder','00000000000000000000000000000000','00000000-0000-0000-0000-000000000000','pid:[4026531836]',30198,377003,1,'2026-11-28T18:21:04.537598+00:00','2026-11-28T18:21:05.299834+00:00','2026-11-28T18:21:05.303859+00:00');
CREATE TABLE work (
      experiment TEXT PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'looked', 'over')),
      text TEXT NOT NULL,
      queued_at TEXT NOT NULL,
      run TEXT NOT NULL,
      again INTEGER NOT NULL,
      looked_at TEXT NOT NULL,
      closes_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
CREATE INDEX unsettled ON intents (experiment, kind, name) WHERE state IN ('prepared', 'issued', 'unknown');
CREATE UNIQUE INDEX one_mac ON number_leases ((item & 16777215)) WHERE pool = 'ipv4' AND state <> 'outside';
CREATE INDEX by_holder ON number_leases (holder, state);
CREATE INDEX quarantined ON number_leases (free_at) WHERE state = 'quarantine';
PRAGMA user_version=3;
COMMIT;
