BEGIN TRANSACTION;
CREATE TABLE acquisitions (
      experiment TEXT NOT NULL,
      taken INTEGER NOT NULL,
      latest INTEGER NOT NULL,
      PRIMARY KEY (experiment, taken)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "acquisitions" VALUES('recorded',40161,40161);
CREATE TABLE audit (
      experiment TEXT NOT NULL,
      number INTEGER NOT NULL CHECK (number > 0),
      at TEXT NOT NULL,
      run TEXT NOT NULL,
      who TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      act TEXT NOT NULL,
      what TEXT NOT NULL,
      digest TEXT NOT NULL,
      hash TEXT NOT NULL,
      PRIMARY KEY (experiment, number)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "audit" VALUES('recorded',1,'2026-11-28T18:21:24.975522+00:00','e54985bf6d1f','root@recorder/31512',40161,'wanted','life 1, generation 1','fc13ae123180fe3cfe46d7682be9ae9ea229e0a8d829e45641c707b42e624dc6','a55ccd4222e8b485b22f461b0984d4a858e5b7c4eef2fcef04685e38eefa5b47');
INSERT INTO "audit" VALUES('recorded',2,'2026-11-28T18:21:24.982803+00:00','e54985bf6d1f','root@recorder/31512',40161,'planned','34 steps','ddb052608ebd924f169904796bee97e618e374e57406af957f84b9aed76da6e3','c3bebee6bb1d9ff83607a7863317b016b0501175c795072251256360f77c66b4');
INSERT INTO "audit" VALUES('recorded',3,'2026-11-28T18:21:24.984139+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','10 steps to lease@book','1e7ad494b128729dce6d1ca1f433a1b24fa6641431abc78e3e4cb1b7c678c7d0','2489ad976b248cd23dd377055cb1a219f7be3d4ca303cb16930085c32bd6c57d');
INSERT INTO "audit" VALUES('recorded',4,'2026-11-28T18:21:24.990857+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','2 steps to kadeploy@lille','8638e4d00ced65408988ca68c10f2a7291f1cf441f656e68e0ddf34d849e1ae7','dae30435ebe2a3a71e4b7755e092a2c38f50f9f464d8fa033bf1427ad3e44f5f');
INSERT INTO "audit" VALUES('recorded',5,'2026-11-28T18:21:24.992482+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','2 steps to kadeploy@nancy','223d18c55d30d291cbc5a6674000e37062799252fa132a146a3d3e55cd88b481','79e38d91187cc0563409171966af637278811c8dd542f7ef1b17bc533321b575');
INSERT INTO "audit" VALUES('recorded',6,'2026-11-28T18:21:25.105653+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','4 steps to xen@chinqchint-1.lille','2f3c1f1c119ab7bdfafee5b0077816698c601cb5f85ce3a108ffab41366d0ebe','479bad7d932ef1ce76199a7551f79ce6cb068975c5cf1b0a266f03a9edeeb075');
INSERT INTO "audit" VALUES('recorded',7,'2026-11-28T18:21:25.111781+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','3 steps to xen@chinqchint-2.lille','36cb67e5bfd944b5e0470cc950931d6caf74485d3dd331e7561059612963fbd3','94c923fa53faf559c4aa10ae6426f61ed7c00d7b48d8c2ae0ae6771ad46ef868');
INSERT INTO "audit" VALUES('recorded',8,'2026-11-28T18:21:25.115679+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','1 step to netconf@sw-1.lille','3a7ba0f6a2e60f3299802698df0ce90510cad737c37ec40554145ba14c473a24','17ff12c4b0548fe29838409c65d779accef041a9076139adf6369ffe0048f0bd');
INSERT INTO "audit" VALUES('recorded',9,'2026-11-28T18:21:25.119528+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','1 step to netconf@sw-2.lille','ad49a526c1e7e51ef540f8ac8f3d35aacb7a0ba420bd47ee4fb2bd22e90ac6fa','f86ace34232176f8e174e87760877cac5cd09169c41f245e02973214f2b85135');
INSERT INTO "audit" VALUES('recorded',10,'2026-11-28T18:21:25.199860+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','2 steps to xen@griffon-1.nancy','eadb1795c2e85957bd33fa815e09359ce2163ee9f3d5648dd1b3c0526d84b6fe','22e5cbd4d8fe7796af77ab0f9bc3429bfd4f4069bb042839bd34f46226accf3e');
INSERT INTO "audit" VALUES('recorded',11,'2026-11-28T18:21:25.205301+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','1 step to netconf@sw-1.nancy','9739fa799cde4e2407962ccb5125a0d382d58643adffa26a47853b0bdc9a5eec','11d5cf61d999b8802a0b354c15f919f18b67e951126d7de5c14614dd9d6fe12b');
INSERT INTO "audit" VALUES('recorded',12,'2026-11-28T18:21:25.253583+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','2 steps to xen@griffon-2.nancy','03d390962e7ce6af794689f531dca46122d4722a211ccd2c8d5ede0db8bdf837','59cbb06ea235476e88ea3017ae8f09e3c91579954303748c52d0746e108fb3ba');
INSERT INTO "audit" VALUES('recorded',13,'2026-11-28T18:21:25.299611+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','3 steps to xen@chinqchint-1.lille','88efe007f6674a32102530478d0858ad480018429892b160b43b8d0e476e37eb','248a5700c55a76672e954f44841936a9efebbee67775bca718f4b4e32a7a9813');
INSERT INTO "audit" VALUES('recorded',14,'2026-11-28T18:21:25.303834+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','2 steps to xen@chinqchint-2.lille','6bcab1233dc51999877f88e2030947561cb3bbd0cdc9109d41c0f256d832ce9a','76cd355f4adbddb7d103a7e5d260f448728ea0ffb7592a45b705b14bc0228afc');
INSERT INTO "audit" VALUES('recorded',15,'2026-11-28T18:21:25.321108+00:00','e54985bf6d1f','root@recorder/31512',40161,'issued','1 step to xen@griffon-1.nancy','b0bf9e3072a7b6d888e5095c6fb769fa95bc85c09e0b95ed78d3f53314b72a38','82fd70a0b4e004d1bd64826f836827c2c2cb92088d0fe0a6dc057ba0d39648b6');
INSERT INTO "audit" VALUES('recorded',16,'2026-11-28T18:21:25.427569+00:00','e54985bf6d1f','root@recorder/31512',40161,'left','','','d4fba3a1ee4702939c3e66fc18fd17e049869a7616a851ce48c72e8c8cdc4c61');
CREATE TABLE commits (id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "counters" VALUES('epoch',40161);
CREATE TABLE experiments (
      name TEXT PRIMARY KEY,
      life INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      digest TEXT NOT NULL,
      created_at TEXT,
      expires_at TEXT,
      on_expiry TEXT NOT NULL
    , project TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "experiments" VALUES('recorded',1,1,'fc13ae123180fe3cfe46d7682be9ae9ea229e0a8d829e45641c707b42e624dc6','2026-11-28T18:21:24.975324+00:00',NULL,'keep','');
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
INSERT INTO "intents" VALUES(32,'e54985bf6d1f','recorded','lease','dmz','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(33,'e54985bf6d1f','recorded','lease','front','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(34,'e54985bf6d1f','recorded','lease','lan','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(35,'e54985bf6d1f','recorded','lease','production','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(36,'e54985bf6d1f','recorded','reservation','east','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(37,'e54985bf6d1f','recorded','reservation','north','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(38,'e54985bf6d1f','recorded','reservation','plain','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(39,'e54985bf6d1f','recorded','vlan','dmz','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(40,'e54985bf6d1f','recorded','vlan','front','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(41,'e54985bf6d1f','recorded','vlan','lan','create','lease@book','done',0,'','2026-11-28T18:21:24.983582+00:00','2026-11-28T18:21:24.986766+00:00','held');
INSERT INTO "intents" VALUES(42,'e54985bf6d1f','recorded','deployment','chinqchint-1.lille','create','kadeploy@lille','done',0,'','2026-11-28T18:21:24.990305+00:00','2026-11-28T18:21:25.104411+00:00','');
INSERT INTO "intents" VALUES(43,'e54985bf6d1f','recorded','deployment','chinqchint-2.lille','create','kadeploy@lille','done',0,'','2026-11-28T18:21:24.990305+00:00','2026-11-28T18:21:25.104411+00:00','');
INSERT INTO "intents" VALUES(44,'e54985bf6d1f','recorded','deployment','griffon-1.nancy','create','kadeploy@nancy','done',0,'','2026-11-28T18:21:24.991611+00:00','2026-11-28T18:21:25.189309+00:00','');
INSERT INTO "intents" VALUES(45,'e54985bf6d1f','recorded','deployment','griffon-2.nancy','create','kadeploy@nancy','done',0,'','2026-11-28T18:21:24.991611+00:00','2026-11-28T18:21:25.189309+00:00','');
INSERT INTO "intents" VALUES(46,'e54985bf6d1f','recorded','host','chinqchint-1.lille','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:25.105260+00:00','2026-11-28T18:21:25.293743+00:00','');
INSERT INTO "intents" VALUES(47,'e54985bf6d1f','recorded','bridge','chinqchint-1.lille/dmz','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:25.105260+00:00','2026-11-28T18:21:25.293743+00:00','');
INSERT INTO "intents" VALUES(48,'e54985bf6d1f','recorded','bridge','chinqchint-1.lille/front','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:25.105260+00:00','2026-11-28T18:21:25.293743+00:00','');
INSERT INTO "intents" VALUES(49,'e54985bf6d1f','recorded','bridge','chinqchint-1.lille/lan','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:25.105260+00:00','2026-11-28T18:21:25.293743+00:00','');
INSERT INTO "intents" VALUES(50,'e54985bf6d1f','recorded','host','chinqchint-2.lille','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:25.106919+00:00','2026-11-28T18:21:25.301873+00:00','');
INSERT INTO "intents" VALUES(51,'e54985bf6d1f','recorded','bridge','chinqchint-2.lille/front','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:25.106919+00:00','2026-11-28T18:21:25.301873+00:00','');
INSERT INTO "intents" VALUES(52,'e54985bf6d1f','recorded','bridge','chinqchint-2.lille/lan','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:25.106919+00:00','2026-11-28T18:21:25.301873+00:00','');
INSERT INTO "intents" VALUES(53,'e54985bf6d1f','recorded','switch','sw-1.lille','create','netconf@sw-1.lille','done',0,'','2026-11-28T18:21:25.114973+00:00','2026-11-28T18:21:25.255120+00:00','');
INSERT INTO "intents" VALUES(54,'e54985bf6d1f','recorded','switch','sw-2.lille','create','netconf@sw-2.lille','done',0,'','2026-11-28T18:21:25.118932+00:00','2026-11-28T18:21:25.255120+00:00','');
INSERT INTO "intents" VALUES(55,'e54985bf6d1f','recorded','host','griffon-1.nancy','create','xen@griffon-1.nancy','done',0,'','2026-11-28T18:21:25.199304+00:00','2026-11-28T18:21:25.319998+00:00','');
INSERT INTO "intents" VALUES(56,'e54985bf6d1f','recorded','bridge','griffon-1.nancy/lan','create','xen@griffon-1.nancy','done',0,'','2026-11-28T18:21:25.199304+00:00','2026-11-28T18:21:25.319998+00:00','');
INSERT INTO "intents" VALUES(57,'e54985bf6d1f','recorded','switch','sw-1.nancy','create','netconf@sw-1.nancy','done',0,'','2026-11-28T18:21:25.204768+00:00','2026-11-28T18:21:25.301873+00:00','');
INSERT INTO "intents" VALUES(58,'e54985bf6d1f','recorded','host','griffon-2.nancy','create','xen@griffon-2.nancy','done',0,'','2026-11-28T18:21:25.248456+00:00','2026-11-28T18:21:25.378802+00:00','');
INSERT INTO "intents" VALUES(59,'e54985bf6d1f','recorded','domain','crawler-0','create','xen@griffon-2.nancy','done',0,'','2026-11-28T18:21:25.248456+00:00','2026-11-28T18:21:25.378802+00:00','');
INSERT INTO "intents" VALUES(60,'e54985bf6d1f','recorded','domain','client-0','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:25.299013+00:00','2026-11-28T18:21:25.401525+00:00','');
INSERT INTO "intents" VALUES(61,'e54985bf6d1f','recorded','domain','full-0','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:25.299013+00:00','2026-11-28T18:21:25.401525+00:00','');
INSERT INTO "intents" VALUES(62,'e54985bf6d1f','recorded','domain','gate-0','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:25.299013+00:00','2026-11-28T18:21:25.401525+00:00','');
INSERT INTO "intents" VALUES(63,'e54985bf6d1f','recorded','domain','client-1','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:25.303490+00:00','2026-11-28T18:21:25.398589+00:00','');
INSERT INTO "intents" VALUES(64,'e54985bf6d1f','recorded','domain','store-0','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:25.303490+00:00','2026-11-28T18:21:25.398589+00:00','');
INSERT INTO "intents" VALUES(65,'e54985bf6d1f','recorded','domain','server-0','create','xen@griffon-1.nancy','done',0,'','2026-11-28T18:21:25.320824+00:00','2026-11-28T18:21:25.416638+00:00','');
CREATE TABLE locks (
      experiment TEXT PRIMARY KEY,
      epoch INTEGER NOT NULL,
      serial INTEGER NOT NULL,
      run TEXT,
      since TEXT
    , known INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
INSERT INTO "locks" VALUES('recorded',40161,28,NULL,NULL,0);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('lineage','b8c4668b-9470-4a45-8e01-53a48d610f68');
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
INSERT INTO "runs" VALUES('e54985bf6d1f','recorder','00000000000000000000000000000000','00000000-0000-0000-0000-000000000000','pid:[4026531836]',31512,379034,40161,'2026-11-28T18:21:24.664709+00:00','2026-11-28T18:21:25.416638+00:00','2026-11-28T18:21:25.427377+00:00');
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
CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END;
CREATE TRIGGER audit_not_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END;
PRAGMA user_version=5;
COMMIT;
