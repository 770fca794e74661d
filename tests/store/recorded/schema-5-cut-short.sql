BEGIN TRANSACTION;
CREATE TABLE acquisitions (
      experiment TEXT NOT NULL,
      taken INTEGER NOT NULL,
      latest INTEGER NOT NULL,
      PRIMARY KEY (experiment, taken)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "acquisitions" VALUES('recorded',864,864);
INSERT INTO "acquisitions" VALUES('recorded',10195,10195);
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
INSERT INTO "audit" VALUES('recorded',1,'2026-11-28T18:21:29.086757+00:00','144a57295000','root@recorder/31816',864,'wanted','life 1, generation 1','02b8dfea74bd65a90ccdfac2f83ca03abccc22ceb661fa9e3fad48b3280cc319','82eaf152c0a27249ba08e65c3e353e8acdfd5a5f77e7e3e61c7debe6b2274190');
INSERT INTO "audit" VALUES('recorded',2,'2026-11-28T18:21:29.124118+00:00','144a57295000','root@recorder/31816',864,'planned','34 steps','ddb052608ebd924f169904796bee97e618e374e57406af957f84b9aed76da6e3','89c5738a7d6268f162a60ecaa0d2887277f792a6744c086188970b66938522ca');
INSERT INTO "audit" VALUES('recorded',3,'2026-11-28T18:21:29.126246+00:00','144a57295000','root@recorder/31816',864,'issued','10 steps to lease@book','1e7ad494b128729dce6d1ca1f433a1b24fa6641431abc78e3e4cb1b7c678c7d0','3c7119d86b29994bc942c568fd8bceabcfd1235f04ac1815143fe35de76b8f77');
INSERT INTO "audit" VALUES('recorded',4,'2026-11-28T18:21:29.135321+00:00','144a57295000','root@recorder/31816',864,'issued','2 steps to kadeploy@lille','8638e4d00ced65408988ca68c10f2a7291f1cf441f656e68e0ddf34d849e1ae7','84b0d3e588aded02ea2c5976a8babf4bfb7d159cd1dd16330474c9279dc58c63');
INSERT INTO "audit" VALUES('recorded',5,'2026-11-28T18:21:29.139715+00:00','144a57295000','root@recorder/31816',864,'issued','2 steps to kadeploy@nancy','223d18c55d30d291cbc5a6674000e37062799252fa132a146a3d3e55cd88b481','e78f8583da0e0d0e675efc100cf8d2eb954b065644f82d88e1c824df049febe2');
INSERT INTO "audit" VALUES('recorded',6,'2026-11-28T18:21:29.260336+00:00','144a57295000','root@recorder/31816',864,'issued','2 steps to xen@griffon-1.nancy','eadb1795c2e85957bd33fa815e09359ce2163ee9f3d5648dd1b3c0526d84b6fe','6f8de55a3ec1e0140cd2e8477aa9ad462e0b91deda34bbd56534676fcc6c0bb1');
INSERT INTO "audit" VALUES('recorded',7,'2026-11-28T18:21:29.262103+00:00','144a57295000','root@recorder/31816',864,'issued','1 step to netconf@sw-1.nancy','9739fa799cde4e2407962ccb5125a0d382d58643adffa26a47853b0bdc9a5eec','9a8bc959ee64518b95d8ef93fdab2555c23d548df329d1f72430b47730d9c294');
INSERT INTO "audit" VALUES('recorded',8,'2026-11-28T18:21:29.270092+00:00','144a57295000','root@recorder/31816',864,'issued','2 steps to xen@griffon-2.nancy','03d390962e7ce6af794689f531dca46122d4722a211ccd2c8d5ede0db8bdf837','c561cdf838a16a60edf03cff5787b6d18a096b29a9911435b62037596ef4afcc');
INSERT INTO "audit" VALUES('recorded',9,'2026-11-28T18:21:29.275293+00:00','144a57295000','root@recorder/31816',864,'issued','4 steps to xen@chinqchint-1.lille','2f3c1f1c119ab7bdfafee5b0077816698c601cb5f85ce3a108ffab41366d0ebe','e2f8e4b3ac9fb01bb0817d901758bfcc58c710156c74833c3cac388ac85870d2');
INSERT INTO "audit" VALUES('recorded',10,'2026-11-28T18:21:29.277274+00:00','144a57295000','root@recorder/31816',864,'issued','3 steps to xen@chinqchint-2.lille','36cb67e5bfd944b5e0470cc950931d6caf74485d3dd331e7561059612963fbd3','561352728ab4b7d2a6cf7f9f0c57aff48d6d57ae85c1bdf2228dfd15142a95ce');
INSERT INTO "audit" VALUES('recorded',11,'2026-11-28T18:21:29.279485+00:00','144a57295000','root@recorder/31816',864,'issued','1 step to netconf@sw-1.lille','3a7ba0f6a2e60f3299802698df0ce90510cad737c37ec40554145ba14c473a24','44b243497e9580b1016ae263352e4ab29c7497359e097e89949a0fbc81581354');
INSERT INTO "audit" VALUES('recorded',12,'2026-11-28T18:21:29.406911+00:00','144a57295000','root@recorder/31816',864,'issued','1 step to netconf@sw-2.lille','ad49a526c1e7e51ef540f8ac8f3d35aacb7a0ba420bd47ee4fb2bd22e90ac6fa','11007d873bacdc0b3b2e8d07a85cabda47f34972704947f1ef11116d17ba2879');
INSERT INTO "audit" VALUES('recorded',13,'2026-11-28T18:21:29.571601+00:00','144a57295000','root@recorder/31816',864,'issued','1 step to xen@griffon-1.nancy','b0bf9e3072a7b6d888e5095c6fb769fa95bc85c09e0b95ed78d3f53314b72a38','ddcd3cd8ea5aef63913dec7a86393063ca7c4f7d8e30a548f4dc1c49c1a4c4c7');
INSERT INTO "audit" VALUES('recorded',14,'2026-11-28T18:21:29.585810+00:00','144a57295000','root@recorder/31816',864,'issued','3 steps to xen@chinqchint-1.lille','88efe007f6674a32102530478d0858ad480018429892b160b43b8d0e476e37eb','70e370cc688d5f08935a2fb100767809a5a882df9779e36eb1a5e302cdd8a069');
INSERT INTO "audit" VALUES('recorded',15,'2026-11-28T18:21:29.587422+00:00','144a57295000','root@recorder/31816',864,'issued','2 steps to xen@chinqchint-2.lille','6bcab1233dc51999877f88e2030947561cb3bbd0cdc9109d41c0f256d832ce9a','9289b9c2164c89f4a50318ed6b5eae216383fd1df8714362a0249395b8868399');
INSERT INTO "audit" VALUES('recorded',16,'2026-11-28T18:21:29.800244+00:00','144a57295000','root@recorder/31816',864,'left','','','42b3b267b55c0fe790cb199d9c7d2c71de6b6a4d17e9a23135f08f31a552354f');
INSERT INTO "audit" VALUES('recorded',17,'2026-11-28T18:21:31.948557+00:00','42646ccb20b8','root@recorder/32288',10195,'wanted','life 1, generation 2','598474a354fa92178088b5a17cec7d7eadb50e213573df15342315b15ea4437d','ba69faa327e9346258a6ffb9618a3bda7869b3504f8af6a475b4e143db16892f');
INSERT INTO "audit" VALUES('recorded',18,'2026-11-28T18:21:31.953590+00:00','42646ccb20b8','root@recorder/32288',10195,'planned','5 steps','99d01fad34fd02fde64743c9d6d933eaedb4ca9db7f0f2bbff6978e802781746','ed166e33f74d536901882f76b908496056a5c96f28d4fb0de4df7c3e2111a984');
INSERT INTO "audit" VALUES('recorded',19,'2026-11-28T18:21:32.001709+00:00','42646ccb20b8','root@recorder/32288',10195,'issued','2 steps to lease@book','b8d7d090cb70224a1a5093e7f9ec40f2752a7c25e7943e44432400704b2f4d1f','d3253f8bdf6bd09a1f92642fc8786de849cea6293ac5e8fdbab7be90cd926cf6');
INSERT INTO "audit" VALUES('recorded',20,'2026-11-28T18:21:32.003116+00:00','42646ccb20b8','root@recorder/32288',10195,'issued','1 step to xen@chinqchint-1.lille','2833621e9b794a4c60ca1577cc32da2b119d0cd02393932fe7caffdbb010b74f','4ba98fd7b6733aff5036471c7be9c830c1ea3a4073bcc9bab09c48f958d862e4');
INSERT INTO "audit" VALUES('recorded',21,'2026-11-28T18:21:32.010214+00:00','42646ccb20b8','root@recorder/32288',10195,'issued','1 step to xen@griffon-1.nancy','001a74173ee5ad664b3f3836d163ae7c16a271991782a2cffb714ab8411327ce','7fc7253c4f18c1d74b4fcb3a1becf4adda2f30607fbc7e65b6e8a8973914cbeb');
INSERT INTO "audit" VALUES('recorded',22,'2026-11-28T18:21:32.063427+00:00','42646ccb20b8','root@recorder/32288',10195,'issued','1 step to xen@chinqchint-1.lille','1bd98bedfac47799989abbcf04bcf75f29dbb4cebd0307ead9d8841eed4e7da8','f350c6ba7f7546e52af97dcce6d1ee8e2dac4a73e16d3766db72e01c8f6a1157');
CREATE TABLE commits (id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "counters" VALUES('epoch',10195);
CREATE TABLE experiments (
      name TEXT PRIMARY KEY,
      life INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      digest TEXT NOT NULL,
      created_at TEXT,
      expires_at TEXT,
      on_expiry TEXT NOT NULL
    , project TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "experiments" VALUES('recorded',1,2,'598474a354fa92178088b5a17cec7d7eadb50e213573df15342315b15ea4437d','2026-11-28T18:21:29.086479+00:00',NULL,'keep','');
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
INSERT INTO "intended" VALUES('recorded','domain','server-0','xen@griffon-1.nancy','["recorded-server-0","b74b863f-9b77-57fa-b68c-4cac01fe238a","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.16.5/28",160,1,[["00:16:3e:88:10:05","xbr720"]],"","","running","pv"]','[["bridge", "griffon-1.nancy/lan"], ["host", "griffon-1.nancy"], ["lease", "lan"], ["reservation", "east"], ["switch", "sw-1.nancy"]]','deployment/griffon-1.nancy');
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
INSERT INTO "intents" VALUES(32,'144a57295000','recorded','lease','dmz','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(33,'144a57295000','recorded','lease','front','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(34,'144a57295000','recorded','lease','lan','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(35,'144a57295000','recorded','lease','production','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(36,'144a57295000','recorded','reservation','east','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(37,'144a57295000','recorded','reservation','north','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(38,'144a57295000','recorded','reservation','plain','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(39,'144a57295000','recorded','vlan','dmz','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(40,'144a57295000','recorded','vlan','front','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(41,'144a57295000','recorded','vlan','lan','create','lease@book','done',0,'','2026-11-28T18:21:29.125621+00:00','2026-11-28T18:21:29.127974+00:00','held');
INSERT INTO "intents" VALUES(42,'144a57295000','recorded','deployment','chinqchint-1.lille','create','kadeploy@lille','done',0,'','2026-11-28T18:21:29.134791+00:00','2026-11-28T18:21:29.271186+00:00','');
INSERT INTO "intents" VALUES(43,'144a57295000','recorded','deployment','chinqchint-2.lille','create','kadeploy@lille','done',0,'','2026-11-28T18:21:29.134791+00:00','2026-11-28T18:21:29.271186+00:00','');
INSERT INTO "intents" VALUES(44,'144a57295000','recorded','deployment','griffon-1.nancy','create','kadeploy@nancy','done',0,'','2026-11-28T18:21:29.137584+00:00','2026-11-28T18:21:29.258279+00:00','');
INSERT INTO "intents" VALUES(45,'144a57295000','recorded','deployment','griffon-2.nancy','create','kadeploy@nancy','done',0,'','2026-11-28T18:21:29.137584+00:00','2026-11-28T18:21:29.258279+00:00','');
INSERT INTO "intents" VALUES(46,'144a57295000','recorded','host','griffon-1.nancy','create','xen@griffon-1.nancy','done',0,'','2026-11-28T18:21:29.259875+00:00','2026-11-28T18:21:29.535410+00:00','');
INSERT INTO "intents" VALUES(47,'144a57295000','recorded','bridge','griffon-1.nancy/lan','create','xen@griffon-1.nancy','done',0,'','2026-11-28T18:21:29.259875+00:00','2026-11-28T18:21:29.535410+00:00','');
INSERT INTO "intents" VALUES(48,'144a57295000','recorded','switch','sw-1.nancy','create','netconf@sw-1.nancy','done',0,'','2026-11-28T18:21:29.261303+00:00','2026-11-28T18:21:29.544086+00:00','');
INSERT INTO "intents" VALUES(49,'144a57295000','recorded','host','griffon-2.nancy','create','xen@griffon-2.nancy','done',0,'','2026-11-28T18:21:29.268889+00:00','2026-11-28T18:21:29.580545+00:00','');
INSERT INTO "intents" VALUES(50,'144a57295000','recorded','domain','crawler-0','create','xen@griffon-2.nancy','done',0,'','2026-11-28T18:21:29.268889+00:00','2026-11-28T18:21:29.580545+00:00','');
INSERT INTO "intents" VALUES(51,'144a57295000','recorded','host','chinqchint-1.lille','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:29.274907+00:00','2026-11-28T18:21:29.580545+00:00','');
INSERT INTO "intents" VALUES(52,'144a57295000','recorded','bridge','chinqchint-1.lille/dmz','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:29.274907+00:00','2026-11-28T18:21:29.580545+00:00','');
INSERT INTO "intents" VALUES(53,'144a57295000','recorded','bridge','chinqchint-1.lille/front','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:29.274907+00:00','2026-11-28T18:21:29.580545+00:00','');
INSERT INTO "intents" VALUES(54,'144a57295000','recorded','bridge','chinqchint-1.lille/lan','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:29.274907+00:00','2026-11-28T18:21:29.580545+00:00','');
INSERT INTO "intents" VALUES(55,'144a57295000','recorded','host','chinqchint-2.lille','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:29.275972+00:00','2026-11-28T18:21:29.580545+00:00','');
INSERT INTO "intents" VALUES(56,'144a57295000','recorded','bridge','chinqchint-2.lille/front','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:29.275972+00:00','2026-11-28T18:21:29.580545+00:00','');
INSERT INTO "intents" VALUES(57,'144a57295000','recorded','bridge','chinqchint-2.lille/lan','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:29.275972+00:00','2026-11-28T18:21:29.580545+00:00','');
INSERT INTO "intents" VALUES(58,'144a57295000','recorded','switch','sw-1.lille','create','netconf@sw-1.lille','done',0,'','2026-11-28T18:21:29.278039+00:00','2026-11-28T18:21:29.544086+00:00','');
INSERT INTO "intents" VALUES(59,'144a57295000','recorded','switch','sw-2.lille','create','netconf@sw-2.lille','done',0,'','2026-11-28T18:21:29.285222+00:00','2026-11-28T18:21:29.544086+00:00','');
INSERT INTO "intents" VALUES(60,'144a57295000','recorded','domain','server-0','create','xen@griffon-1.nancy','done',0,'','2026-11-28T18:21:29.571076+00:00','2026-11-28T18:21:29.682161+00:00','');
INSERT INTO "intents" VALUES(61,'144a57295000','recorded','domain','client-0','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:29.585160+00:00','2026-11-28T18:21:29.762348+00:00','');
INSERT INTO "intents" VALUES(62,'144a57295000','recorded','domain','full-0','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:29.585160+00:00','2026-11-28T18:21:29.762348+00:00','');
INSERT INTO "intents" VALUES(63,'144a57295000','recorded','domain','gate-0','create','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:29.585160+00:00','2026-11-28T18:21:29.762348+00:00','');
INSERT INTO "intents" VALUES(64,'144a57295000','recorded','domain','client-1','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:29.586831+00:00','2026-11-28T18:21:29.794728+00:00','');
INSERT INTO "intents" VALUES(65,'144a57295000','recorded','domain','store-0','create','xen@chinqchint-2.lille','done',0,'','2026-11-28T18:21:29.586831+00:00','2026-11-28T18:21:29.794728+00:00','');
INSERT INTO "intents" VALUES(69,'42646ccb20b8','recorded','lease','front','update','lease@book','done',0,'','2026-11-28T18:21:32.001086+00:00','2026-11-28T18:21:32.002704+00:00','held');
INSERT INTO "intents" VALUES(70,'42646ccb20b8','recorded','lease','lan','update','lease@book','done',0,'','2026-11-28T18:21:32.001086+00:00','2026-11-28T18:21:32.002704+00:00','held');
INSERT INTO "intents" VALUES(71,'42646ccb20b8','recorded','domain','gate-0','update','xen@chinqchint-1.lille','done',0,'','2026-11-28T18:21:32.002541+00:00','2026-11-28T18:21:32.061177+00:00','');
INSERT INTO "intents" VALUES(72,'42646ccb20b8','recorded','domain','server-0','update','xen@griffon-1.nancy','issued',0,'','2026-11-28T18:21:32.009843+00:00',NULL,NULL);
INSERT INTO "intents" VALUES(73,'42646ccb20b8','recorded','domain','client-2','create','xen@chinqchint-1.lille','issued',0,'','2026-11-28T18:21:32.063104+00:00',NULL,NULL);
CREATE TABLE locks (
      experiment TEXT PRIMARY KEY,
      epoch INTEGER NOT NULL,
      serial INTEGER NOT NULL,
      run TEXT,
      since TEXT
    , known INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
INSERT INTO "locks" VALUES('recorded',10195,36,'42646ccb20b8','2026-11-28T18:21:31.365067+00:00',0);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('lineage','3b813a58-0ed5-4832-8613-381c8c7e8bd6');
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
INSERT INTO "number_leases" VALUES('ipv4',176689158,1,2,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176697857,5,0,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176697858,5,1,'bound',NULL);
INSERT INTO "number_leases" VALUES('ipv4',176697859,5,2,'bound',NULL);
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
INSERT INTO "resources" VALUES('recorded','domain','client-2','xen@chinqchint-1.lille','["recorded-client-2","71e8bd6c-80ed-59d5-a855-a1742b8eb271","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.16.6/28",128,1,[["00:16:3e:88:10:06","xbr720"],["00:16:3e:88:32:03","xbr700"]],"","","running","pv"]','[["bridge", "chinqchint-1.lille/front"], ["bridge", "chinqchint-1.lille/lan"], ["host", "chinqchint-1.lille"], ["lease", "front"], ["lease", "lan"], ["reservation", "north"], ["switch", "sw-1.lille"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','domain','crawler-0','xen@griffon-2.nancy','["recorded-crawler-0","7bb0d25f-4f75-5564-b995-28e86740ba3e","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.144.0.1/14 tgw=10.147.255.254",128,1,[["00:16:3e:90:00:01","xenbr0"]],"","","running","pv"]','[["host", "griffon-2.nancy"], ["lease", "production"], ["reservation", "plain"]]','deployment/griffon-2.nancy');
INSERT INTO "resources" VALUES('recorded','domain','full-0','xen@chinqchint-1.lille','["recorded-full-0","2cd2f218-3169-529f-8ab9-972ff3b614c4","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=ttyS0 tip=10.136.16.4/28",256,1,[["00:16:3e:88:10:04","xbr720"]],"","","running","hvm"]','[["bridge", "chinqchint-1.lille/lan"], ["host", "chinqchint-1.lille"], ["lease", "lan"], ["reservation", "north"], ["switch", "sw-1.lille"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','domain','gate-0','xen@chinqchint-1.lille','["recorded-gate-0","93d2c366-5971-5e77-9f24-5ce0b3fe8796","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.60.1/14 tgw=10.139.255.254",192,1,[["00:16:3e:88:3c:01","xbr710"]],"","","running","pv"]','[["bridge", "chinqchint-1.lille/dmz"], ["host", "chinqchint-1.lille"], ["lease", "dmz"], ["reservation", "north"], ["switch", "sw-1.lille"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','domain','server-0','xen@griffon-1.nancy','["recorded-server-0","b74b863f-9b77-57fa-b68c-4cac01fe238a","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 tip=10.136.16.5/28",128,1,[["00:16:3e:88:10:05","xbr720"]],"","","running","pv"]','[["bridge", "griffon-1.nancy/lan"], ["host", "griffon-1.nancy"], ["lease", "lan"], ["reservation", "east"], ["switch", "sw-1.nancy"]]','deployment/griffon-1.nancy');
INSERT INTO "resources" VALUES('recorded','domain','store-0','xen@chinqchint-2.lille','["recorded-store-0","a12c3bde-3b90-56a3-853d-c4d88306c97e","/var/lib/xen/images/vmlinux","/var/lib/xen/images/domu.cpio","console=hvc0 root=/dev/xvda1 tip=10.136.16.3/28",256,2,[["00:16:3e:88:10:03","xbr720"]],"/var/lib/reconciler/recorded-store-0-892044e9.img","/var/lib/xen/images/small.img","running","pv"]','[["bridge", "chinqchint-2.lille/lan"], ["host", "chinqchint-2.lille"], ["lease", "lan"], ["reservation", "north"], ["switch", "sw-2.lille"]]','deployment/chinqchint-2.lille');
INSERT INTO "resources" VALUES('recorded','host','chinqchint-1.lille','xen@chinqchint-1.lille','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "chinqchint-1.lille"], ["reservation", "north"]]','deployment/chinqchint-1.lille');
INSERT INTO "resources" VALUES('recorded','host','chinqchint-2.lille','xen@chinqchint-2.lille','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "chinqchint-2.lille"], ["reservation", "north"]]','deployment/chinqchint-2.lille');
INSERT INTO "resources" VALUES('recorded','host','griffon-1.nancy','xen@griffon-1.nancy','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "griffon-1.nancy"], ["reservation", "east"]]','deployment/griffon-1.nancy');
INSERT INTO "resources" VALUES('recorded','host','griffon-2.nancy','xen@griffon-2.nancy','["/etc/grid5000/release","debian-xen-1"]','[["deployment", "griffon-2.nancy"], ["reservation", "plain"]]','deployment/griffon-2.nancy');
INSERT INTO "resources" VALUES('recorded','lease','dmz','lease@book','[[["gate",0,176700417,1]]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','lease','front','lease@book','[[["client",0,176697857,3]]]','[]',NULL);
INSERT INTO "resources" VALUES('recorded','lease','lan','lease@book','[[["client",0,176689153,2],["client",2,176689158,1],["full",0,176689156,1],["server",0,176689157,1],["store",0,176689155,1]]]','[]',NULL);
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
INSERT INTO "runs" VALUES('144a57295000','recorder','00000000000000000000000000000000','00000000-0000-0000-0000-000000000000','pid:[4026531836]',31816,379427,864,'2026-11-28T18:21:28.741874+00:00','2026-11-28T18:21:29.794728+00:00','2026-11-28T18:21:29.800072+00:00');
INSERT INTO "runs" VALUES('42646ccb20b8','recorder','00000000000000000000000000000000','00000000-0000-0000-0000-000000000000','pid:[4026531836]',32288,379661,10195,'2026-11-28T18:21:31.365067+00:00','2026-11-28T18:21:32.063104+00:00',NULL);
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
