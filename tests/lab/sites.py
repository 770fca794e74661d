"""Site documents for the lab's tests: small, and at addresses of their own."""

from __future__ import annotations

SITE = """\
apiVersion: reconciler/v1alpha1
kind: Site
metadata: {{name: {name}}}
spec:
  domain: {name}.test
  access: lab
  deployer: {{driver: {deployer}}}
  addresses: {{space: 10.8.0.0/14}}
  vlans: {{production: 100, local: 700-709, global: 720-729}}
  nodes:
    - name: n-1
      cluster: small
      memory: 4GiB
      cores: 4
      interfaces:
        - {{name: eth0, switch: sw, port: e1, management: true}}
        - {{name: eth1, bridge: xenbr0, switch: sw, port: e11}}
    - name: n-2
      cluster: small
      memory: 4GiB
      cores: 4
      interfaces:
        - {{name: eth0, switch: sw, port: e2, management: true}}
        - {{name: eth1, bridge: xenbr0, switch: sw, port: e12}}
  switches: [{{name: sw}}]
  links:
    - between: [{{switch: sw, port: e45}}, {{switch: sw, port: e46}}]
  router: {{switch: sw, port: e44}}
  wan: {{backbone: wide, switch: sw, customerPort: e46, port: e47, sVlans: 1000-1009}}
"""


def site_text(name: str = "here", deployer: str = "none") -> str:
    """Two nodes on one switch, joined to a backbone; without a deployer they run a Xen image from the start."""
    return SITE.format(name=name, deployer=deployer)
