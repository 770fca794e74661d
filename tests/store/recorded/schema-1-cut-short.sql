BEGIN TRANSACTION;
CREATE TABLE experiments (
      name TEXT PRIMARY KEY,
      epoch INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      digest TEXT NOT NULL,
      created_at TEXT,
      expires_at TEXT,
      on_expiry TEXT NOT NULL
    ) STRICT;
INSERT INTO "experiments" VALUES('recorded',1,2,'d71eb0c43e3b9be4b933ae2e8219947df8c6b8bbb4d687fc605fe3cea386987d','2026-11-28T18:20:52.782333+00:00',NULL,'keep');
CREATE TABLE intents (
      id INTEGER PRIMARY KEY,
      run TEXT NOT NULL,
      experiment TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      action TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('issued', 'done', 'failed', 'waiting', 'unknown')),
      issued_at TEXT NOT NULL,
      settled_at TEXT,
      detail TEXT
    ) STRICT;
INSERT INTO "intents" VALUES(1,'377eeefadbd4','recorded','lease','dmz','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(2,'377eeefadbd4','recorded','lease','front','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(3,'377eeefadbd4','recorded','lease','lan','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(4,'377eeefadbd4','recorded','lease','production','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(5,'377eeefadbd4','recorded','reservation','east','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(6,'377eeefadbd4','recorded','reservation','north','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(7,'377eeefadbd4','recorded','reservation','plain','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(8,'377eeefadbd4','recorded','vlan','dmz','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(9,'377eeefadbd4','recorded','vlan','front','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(10,'377eeefadbd4','recorded','vlan','lan','create','done','2026-11-28T18:20:52.786324+00:00','2026-11-28T18:20:52.788217+00:00','');
INSERT INTO "intents" VALUES(11,'377eeefadbd4','recorded','deployment','chinqchint-1.lille','create','done','2026-11-28T18:20:52.789126+00:00','2026-11-28T18:20:52.899007+00:00','');
INSERT INTO "intents" VALUES(12,'377eeefadbd4','recorded','deployment','chinqchint-2.lille','create','done','2026-11-28T18:20:52.789126+00:00','2026-11-28T18:20:52.899007+00:00','');
INSERT INTO "intents" VALUES(13,'377eeefadbd4','recorded','deployment','griffon-1.nancy','create','done','2026-11-28T18:20:52.789626+00:00','2026-11-28T18:20:52.915298+00:00','');
INSERT INTO "intents" VALUES(14,'377eeefadbd4','recorded','deployment','griffon-2.nancy','create','done','2026-11-28T18:20:52.789626+00:00','2026-11-28T18:20:52.915298+00:00','');
INSERT INTO "intents" VALUES(15,'377eeefadbd4','recorded','host','chinqchint-1.lille','create','done','2026-11-28T18:20:52.901299+00:00','2026-11-28T18:20:53.044855+00:00','');
INSERT INTO "intents" VALUES(16,'377eeefadbd4','recorded','bridge','chinqchint-1.lille/dmz','create','done','2026-11-28T18:20:52.901299+00:00','2026-11-28T18:20:53.044855+00:00','');
INSERT INTO "intents" VALUES(17,'377eeefadbd4','recorded','bridge','chinqchint-1.lille/front','create','done','2026-11-28T18:20:52.901299+00:00','2026-11-28T18:20:53.044855+00:00','');
INSERT INTO "intents" VALUES(18,'377eeefadbd4','recorded','bridge','chinqchint-1.lille/lan','create','done','2026-11-28T18:20:52.901299+00:00','2026-11-28T18:20:53.044855+00:00','');
INSERT INTO "intents" VALUES(19,'377eeefadbd4','recorded','host','chinqchint-2.lille','create','done','2026-11-28T18:20:52.902377+00:00','2026-11-28T18:20:53.060724+00:00','');
INSERT INTO "intents" VALUES(20,'377eeefadbd4','recorded','bridge','chinqchint-2.lille/front','create','done','2026-11-28T18:20:52.902377+00:00','2026-11-28T18:20:53.060724+00:00','');
INSERT INTO "intents" VALUES(21,'377eeefadbd4','recorded','bridge','chinqchint-2.lille/lan','create','done','2026-11-28T18:20:52.902377+00:00','2026-11-28T18:20:53.060724+00:00','');
INSERT INTO "intents" VALUES(22,'377eeefadbd4','recorded','switch','sw-1.lille','create','done','2026-11-28T18:20:52.906451+00:00','2026-11-28T18:20:52.957981+00:00','');
INSERT INTO "intents" VALUES(23,'377eeefadbd4','recorded','switch','sw-2.lille','create','done','2026-11-28T18:20:52.907694+00:00','2026-11-28T18:20:52.960832+00:00','');
INSERT INTO "intents" VALUES(24,'377eeefadbd4','recorded','host','griffon-1.nancy','create','done','2026-11-28T18:20:52.919338+00:00','2026-11-28T18:20:53.065047+00:00','');
INSERT INTO "intents" VALUES(25,'377eeefadbd4','recorded','bridge','griffon-1.nancy/lan','create','done','2026-11-28T18:20:52.919338+00:00','2026-11-28T18:20:53.065047+00:00','');
INSERT INTO "intents" VALUES(26,'377eeefadbd4','recorded','switch','sw-1.nancy','create','done','2026-11-28T18:20:52.922736+00:00','2026-11-28T18:20:52.959188+00:00','');
INSERT INTO "intents" VALUES(27,'377eeefadbd4','recorded','host','griffon-2.nancy','create','done','2026-11-28T18:20:52.926176+00:00','2026-11-28T18:20:53.073225+00:00','');
INSERT INTO "intents" VALUES(28,'377eeefadbd4','recorded','domain','crawler-0','create','done','2026-11-28T18:20:52.926176+00:00','2026-11-28T18:20:53.073225+00:00','');
INSERT INTO "intents" VALUES(29,'377eeefadbd4','recorded','domain','client-0','create','done','2026-11-28T18:20:53.045765+00:00','2026-11-28T18:20:53.137232+00:00','');
INSERT INTO "intents" VALUES(30,'377eeefadbd4','recorded','domain','full-0','create','done','2026-11-28T18:20:53.045765+00:00','2026-11-28T18:20:53.137232+00:00','');
INSERT INTO "intents" VALUES(31,'377eeefadbd4','recorded','domain','gate-0','create','done','2026-11-28T18:20:53.045765+00:00','2026-11-28T18:20:53.137232+00:00','');
INSERT INTO "intents" VALUES(32,'377eeefadbd4','recorded','domain','client-1','create','done','2026-11-28T18:20:53.062592+00:00','2026-11-28T18:20:53.147230+00:00','');
INSERT INTO "intents" VALUES(33,'377eeefadbd4','recorded','domain','store-0','create','done','2026-11-28T18:20:53.062592+00:00','2026-11-28T18:20:53.147230+00:00','');
INSERT INTO "intents" VALUES(34,'377eeefadbd4','recorded','domain','server-0','create','done','2026-11-28T18:20:53.066186+00:00','2026-11-28T18:20:53.153714+00:00','');
INSERT INTO "intents" VALUES(35,'dbfa65de5a98','recorded','lease','front','update','done','2026-11-28T18:20:54.198016+00:00','2026-11-28T18:20:54.201444+00:00','');
INSERT INTO "intents" VALUES(36,'dbfa65de5a98','recorded','lease','lan','update','done','2026-11-28T18:20:54.198016+00:00','2026-11-28T18:20:54.201444+00:00','');
INSERT INTO "intents" VALUES(37,'dbfa65de5a98','recorded','domain','gate-0','update','issued','2026-11-28T18:20:54.199201+00:00',NULL,NULL);
INSERT INTO "intents" VALUES(38,'dbfa65de5a98','recorded','domain','server-0','update','done','2026-11-28T18:20:54.202199+00:00','2026-11-28T18:20:54.277035+00:00','');
CREATE TABLE locks (
      experiment TEXT PRIMARY KEY,
      run TEXT NOT NULL,
      machine TEXT NOT NULL,
      pid INTEGER NOT NULL,
      since TEXT NOT NULL,
      beat TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
INSERT INTO "locks" VALUES('recorded','dbfa65de5a98','recorder',29847,'2026-11-28T18:20:53.827539+00:00','2026-11-28T18:20:54.202199+00:00');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('lineage','dcce97f7-a171-4b71-a83a-f56ac667882e');
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
    ) STRICT, WITHOUT ROWID;
INSERT INTO "node_leases" VALUES('chinqchint-1.lille','recorded','north');
INSERT INTO "node_leases" VALUES('chinqchint-2.lille','recorded','north');
INSERT INTO "node_leases" VALUES('griffon-1.nancy','recorded','east');
INSERT INTO "node_leases" VALUES('griffon-2.nancy','recorded','plain');
CREATE TABLE number_leases (
      pool TEXT NOT NULL,
      item INTEGER NOT NULL,
      experiment TEXT NOT NULL,
      holder TEXT NOT NULL,
      member TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('held', 'quarantine')),
      free_at TEXT,
      PRIMARY KEY (pool, item)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "number_leases" VALUES('ipv4',176689153,'recorded','lease/lan','client-0','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176689154,'recorded','lease/lan','client-1','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176689155,'recorded','lease/lan','store-0','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176689156,'recorded','lease/lan','full-0','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176689157,'recorded','lease/lan','server-0','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176689158,'recorded','lease/lan','client-2','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176697857,'recorded','lease/front','client-0','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176697858,'recorded','lease/front','client-1','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176697859,'recorded','lease/front','client-2','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176700417,'recorded','lease/dmz','gate-0','held',NULL);
INSERT INTO "number_leases" VALUES('ipv4',177209345,'recorded','lease/production','crawler-0','held',NULL);
INSERT INTO "number_leases" VALUES('stag:renater',1000,'recorded','vlan/lan','','held',NULL);
INSERT INTO "number_leases" VALUES('vlan:lille',700,'recorded','vlan/front','','held',NULL);
INSERT INTO "number_leases" VALUES('vlan:lille',710,'recorded','vlan/dmz','','held',NULL);
INSERT INTO "number_leases" VALUES('vlan:lille',720,'recorded','vlan/lan','','held',NULL);
INSERT INTO "number_leases" VALUES('vlan:nancy',720,'recorded','vlan/lan','','held',NULL);
CREATE TABLE resources (
      experiment TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      spec TEXT NOT NULL,
      needs TEXT NOT NULL,
      carrier TEXT,
      intended TEXT,
      PRIMARY KEY (experiment, kind, name)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-1.lille/dmz','xen@chinqchint-1.lille','["xbr710","eth1",710]','[["host", "chinqchint-1.lille"], ["vlan", "dmz"]]','deployment/chinqchint-1.lille',NULL);
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-1.lille/front','xen@chinqchint-1.lille','["xbr700","eth1",700]','[["host", "chinqchint-1.lille"], ["vlan", "front"]]','deployment/chinqchint-1.lille',NULL);
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-1.lille/lan','xen@chinqchint-1.lille','["xbr720","eth1",720]','[["host", "chinqchint-1.lille"], ["vlan", "lan"]]','deployment/chinqchint-1.lille',NULL);
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-2.lille/front','xen@chinqchint-2.lille','["xbr700","eth1",700]','[["host", "chinqchint-2.lille"], ["vlan", "front"]]','deployment/chinqchint-2.lille',NULL);
INSERT INTO "resources" VALUES('recorded','bridge','chinqchint-2.lille/lan','xen@chinqchint-2.lille','["xbr720","eth1",720]','[["host", "chinqchint-2.lille"], ["vlan", "lan"]]','deployment/chinqchint-2.lille',NULL);
INSERT INTO "resources" VALUES('recorded','bridge','griffon-1.nancy/lan','xen@griffon-1.nancy','["xbr720","eth1",720]','[["host", "griffon-1.nancy"], ["vlan", "lan"]]','deployment/griffon-1.nancy',NULL);
INSERT INTO "resources" VALUES('recorded','deployment','chinqchint-1.lille','kadeploy@lille','["chinqchint-1.lille.lab.test","debian-xen",1,"root"]','[["reservation", "north"]]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','deployment','chinqchint-2.lille','kadeploy@lille','["chinqchint-2.lille.lab.test","debian-xen",1,"root"]','[["reservation", "north"]]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','deployment','griffon-1.nancy','kadeploy@nancy','["griffon-1.nancy.lab.test","debian-xen",1,"root"]','[["reservation", "east"]]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','deployment','griffon-2.nancy','kadeploy@nancy','["griffon-2.nancy.lab.test","debian-xen",1,"root"]','[["reservation", "plain"]]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','domain','client-0','xen@chinqchint-1.lille','["recorded-client-0","710cea76-5270-5454-8bc1-ea10af61c2ca","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.16.1/28",128,1,[["00:16:3e:88:10:01","xbr720"],["00:16:3e:88:32:01","xbr700"]],"","","running","pv"]','[["bridge", "chinqchint-1.lille/front"], ["bridge", "chinqchint-1.lille/lan"], ["host", "chinqchint-1.lille"], ["lease", "front"], ["lease", "lan"], ["switch", "sw-1.lille"]]','deployment/chinqchint-1.lille',NULL);
INSERT INTO "resources" VALUES('recorded','domain','client-1','xen@chinqchint-2.lille','["recorded-client-1","3dea2fdb-341d-5fd9-88d1-aae8edcc46f9","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.16.2/28",128,1,[["00:16:3e:88:10:02","xbr720"],["00:16:3e:88:32:02","xbr700"]],"","","running","pv"]','[["bridge", "chinqchint-2.lille/front"], ["bridge", "chinqchint-2.lille/lan"], ["host", "chinqchint-2.lille"], ["lease", "front"], ["lease", "lan"], ["switch", "sw-2.lille"]]','deployment/chinqchint-2.lille',NULL);
INSERT INTO "resources" VALUES('recorded','domain','crawler-0','xen@griffon-2.nancy','["recorded-crawler-0","7bb0d25f-4f75-5564-b995-28e86740ba3e","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.144.0.1/14 tgw=10.147.255.254",128,1,[["00:16:3e:90:00:01","xenbr0"]],"","","running","pv"]','[["host", "griffon-2.nancy"], ["lease", "production"]]','deployment/griffon-2.nancy',NULL);
INSERT INTO "resources" VALUES('recorded','domain','full-0','xen@chinqchint-1.lille','["recorded-full-0","2cd2f218-3169-529f-8ab9-972ff3b614c4","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=ttyS0 tip=10.136.16.4/28",256,1,[["00:16:3e:88:10:04","xbr720"]],"","","running","hvm"]','[["bridge", "chinqchint-1.lille/lan"], ["host", "chinqchint-1.lille"], ["lease", "lan"], ["switch", "sw-1.lille"]]','deployment/chinqchint-1.lille',NULL);
INSERT INTO "resources" VALUES('recorded','domain','gate-0','xen@chinqchint-1.lille','["recorded-gate-0","93d2c366-5971-5e77-9f24-5ce0b3fe8796","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.60.1/14 tgw=10.139.255.254",128,1,[["00:16:3e:88:3c:01","xbr710"]],"","","running","pv"]','[["bridge", "chinqchint-1.lille/dmz"], ["host", "chinqchint-1.lille"], ["lease", "dmz"], ["switch", "sw-1.lille"]]','deployment/chinqchint-1.lille','["recorded-gate-0","93d2c366-5971-5e77-9f24-5ce0b3fe8796","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.60.1/14 tgw=10.139.255.254",192,1,[["00:16:3e:88:3c:01","xbr710"]],"","","running","pv"]');
INSERT INTO "resources" VALUES('recorded','domain','server-0','xen@griffon-1.nancy','["recorded-server-0","b74b863f-9b77-57fa-b68c-4cac01fe238a","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.16.5/28",160,1,[["00:16:3e:88:10:05","xbr720"]],"","","running","pv"]','[["bridge", "griffon-1.nancy/lan"], ["host", "griffon-1.nancy"], ["lease", "lan"], ["switch", "sw-1.nancy"]]','deployment/griffon-1.nancy',NULL);
INSERT INTO "resources" VALUES('recorded','domain','store-0','xen@chinqchint-2.lille','["recorded-store-0","a12c3bde-3b90-56a3-853d-c4d88306c97e","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 root=/dev/xvda1 tip=10.136.16.3/28",256,2,[["00:16:3e:88:10:03","xbr720"]],"/var/lib/reconciler/recorded-store-0-892044e9.img","/var/lib/xen/images/small.img","running","pv"]','[["bridge", "chinqchint-2.lille/lan"], ["host", "chinqchint-2.lille"], ["lease", "lan"], ["switch", "sw-2.lille"]]','deployment/chinqchint-2.lille',NULL);
INSERT INTO "resources" VALUES('recorded','host','chinqchint-1.lille','xen@chinqchint-1.lille','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "chinqchint-1.lille"], ["reservation", "north"]]','deployment/chinqchint-1.lille',NULL);
INSERT INTO "resources" VALUES('recorded','host','chinqchint-2.lille','xen@chinqchint-2.lille','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "chinqchint-2.lille"], ["reservation", "north"]]','deployment/chinqchint-2.lille',NULL);
INSERT INTO "resources" VALUES('recorded','host','griffon-1.nancy','xen@griffon-1.nancy','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "griffon-1.nancy"], ["reservation", "east"]]','deployment/griffon-1.nancy',NULL);
INSERT INTO "resources" VALUES('recorded','host','griffon-2.nancy','xen@griffon-2.nancy','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "griffon-2.nancy"], ["reservation", "plain"]]','deployment/griffon-2.nancy',NULL);
INSERT INTO "resources" VALUES('recorded','lease','dmz','lease@book','[[["gate",0,176700417,1]]]','[]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','lease','front','lease@book','[[["client",0,176697857,3]]]','[]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','lease','lan','lease@book','[[["client",0,176689153,2],["client",2,176689158,1],["full",0,176689156,1],["server",0,176689157,1],["store",0,176689155,1]]]','[]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','lease','production','lease@book','[[["crawler",0,177209345,1]]]','[]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','reservation','east','lease@book','[["griffon-1.nancy"]]','[]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','reservation','north','lease@book','[["chinqchint-1.lille","chinqchint-2.lille"]]','[]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','reservation','plain','lease@book','[["griffon-2.nancy"]]','[]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','switch','sw-1.lille','netconf@sw-1.lille','[[["Ethernet11","xr:v1:lille:recorded:5fc48adb",null,[700,710,720],true]],[["Ethernet44",[710],[]],["Ethernet45",[720],[]],["Ethernet47",[1000],[]],["Ethernet48",[700,720],[]]],[["Ethernet46",1000,[720]]],100]','[["deployment", "chinqchint-1.lille"], ["reservation", "north"], ["vlan", "dmz"], ["vlan", "front"], ["vlan", "lan"]]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','switch','sw-1.nancy','netconf@sw-1.nancy','[[["Ethernet11","xr:v1:nancy:recorded:2443ccee",null,[720],true]],[["Ethernet45",[720],[]],["Ethernet47",[1000],[]]],[["Ethernet46",1000,[720]]],100]','[["deployment", "griffon-1.nancy"], ["reservation", "east"], ["vlan", "lan"]]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','switch','sw-2.lille','netconf@sw-2.lille','[[["Ethernet14","xr:v1:lille:recorded:fe6198f7",null,[700,720],true]],[["Ethernet48",[700,720],[]]],[],100]','[["deployment", "chinqchint-2.lille"], ["reservation", "north"], ["vlan", "front"], ["vlan", "lan"]]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','vlan','dmz','lease@book','[[["vlan:lille",710]]]','[]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','vlan','front','lease@book','[[["vlan:lille",700]]]','[]',NULL,NULL);
INSERT INTO "resources" VALUES('recorded','vlan','lan','lease@book','[[["stag:renater",1000],["vlan:lille",720],["vlan:nancy",720]]]','[]',NULL,NULL);
CREATE INDEX open_intents ON intents (experiment) WHERE state IN ('issued', 'unknown');
CREATE UNIQUE INDEX one_mac ON number_leases (item & 16777215) WHERE pool = 'ipv4';
CREATE INDEX by_experiment ON number_leases (experiment, holder);
PRAGMA user_version=1;
COMMIT;
