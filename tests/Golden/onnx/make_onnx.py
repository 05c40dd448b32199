#!/usr/bin/python3
"""Writes the networks of this folder: small ones of what vision networks are made of, untrained, exported by PyTorch 1.13 in several versions of ONNX.

    apt-get install python3-torch
    /usr/bin/python3 make_onnx.py
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
def init(m):
    for x in m.modules():
        if isinstance(x,(nn.BatchNorm2d,nn.BatchNorm1d)):
            x.running_mean.normal_(0,.3); x.running_var.uniform_(.5,1.5); x.weight.data.uniform_(.5,1.5); x.bias.data.normal_(0,.2)
    return m.eval()
class SE(nn.Module):
    def __init__(s,c): super().__init__(); s.p=nn.AdaptiveAvgPool2d(1); s.f1=nn.Conv2d(c,4,1); s.f2=nn.Conv2d(4,c,1)
    def forward(s,x): return x*F.hardsigmoid(s.f2(F.relu(s.f1(s.p(x)))))
class SELin(nn.Module):
    def __init__(s,c): super().__init__(); s.p=nn.AdaptiveAvgPool2d(1); s.f=nn.Sequential(nn.Linear(c,4),nn.ReLU(),nn.Linear(4,c),nn.Sigmoid())
    def forward(s,x):
        b,c,_,_=x.size(); y=s.f(s.p(x).view(b,c)).view(b,c,1,1); return x*y.expand_as(x)
class Mobile(nn.Module):
    def __init__(s):
        super().__init__()
        s.m=nn.Sequential(nn.Conv2d(3,8,3,2,1,bias=False),nn.BatchNorm2d(8),nn.Hardswish(),nn.Conv2d(8,8,3,1,1,groups=8,bias=False),
            nn.BatchNorm2d(8),nn.ReLU6(),SE(8),nn.Conv2d(8,16,1),nn.SiLU(),SELin(16),nn.Conv2d(16,32,3,2,1,groups=16),nn.LeakyReLU(.1),nn.Conv2d(32,
                32,3,1,1,groups=4),nn.ELU(.7),nn.PReLU(32))
        s.f=nn.Linear(32,7)
    def forward(s,x): return torch.softmax(s.f(s.m(x).mean([2,3])),1)
class Unet(nn.Module):
    def __init__(s):
        super().__init__()
        s.d1=nn.Conv2d(3,8,3,padding=1)
        s.d2=nn.Conv2d(8,16,3,padding=1)
        s.u=nn.ConvTranspose2d(16,8,2,2)
        s.u2=nn.ConvTranspose2d(16,8,3,2,1,output_padding=1)
        s.o=nn.Conv2d(16,2,1)
    def forward(s,x):
        a=F.gelu(s.d1(x))
        b=F.softplus(s.d2(F.max_pool2d(a,2)))
        c=torch.cat([a,s.u(b)],1)
        d=F.interpolate(F.avg_pool2d(c,2),scale_factor=2,mode='nearest')
        e=s.u2(F.max_pool2d(d,2))
        f=F.interpolate(b,size=(32,32),mode='bilinear',align_corners=False)
        return torch.sigmoid(s.o(torch.cat([e, f[:,:8]],1)))
class Shuffle(nn.Module):
    def __init__(s):
        super().__init__(); s.c=nn.Conv2d(3,16,3,2,1); s.g=nn.Conv2d(8,8,1,groups=2); s.f=nn.Linear(16,4); s.b=nn.BatchNorm1d(16)
    def forward(s,x):
        x=torch.tanh(s.c(x))
        a,b=x.chunk(2,1)
        b=s.g(b)
        x=torch.cat([a,b],1)
        n,c,h,w=x.shape
        x=x.view(n,2,c//2,h,w).transpose(1,2).contiguous().view(n,-1,h,w)
        return s.f(s.b(F.adaptive_avg_pool2d(x,1).flatten(1)))
class Prep(nn.Module):
    def __init__(s):
        super().__init__()
        s.c=nn.Conv2d(3,4,3,padding=1,padding_mode='zeros')
        s.i=nn.InstanceNorm2d(4,affine=True)
        s.g=nn.GroupNorm(2,4)
        s.f=nn.Linear(4*64,3)
        s.register_buffer('m',torch.tensor([.485,.456,.406]).view(1,3,1,1))
        s.register_buffer('s',torch.tensor([.229,.224,.225]).view(1,3,1,1))
    def forward(s,x):
        x=(x-s.m)/s.s
        x=s.g(F.relu(s.i(s.c(x))))
        x=F.pad(x,(1,2,0,1))
        x=x[:,:,:-1,1:-2]
        x=F.avg_pool2d(x,2,2,ceil_mode=False,count_include_pad=False)
        x=torch.clamp(x,-1,1.5)
        return s.f(x.reshape(-1,4*64)).clamp(min=-.3)
class Incep(nn.Module):
    def __init__(s):
        super().__init__()
        s.a=nn.Conv2d(3,8,1)
        s.b=nn.Conv2d(3,8,(1,7),padding=(0,3))
        s.c=nn.Conv2d(3,8,3,padding=2,dilation=2)
        s.p=nn.Conv2d(3,8,1)
        s.f=nn.Conv2d(32,6,4)
    def forward(s,x):
        x=torch.cat([F.relu(s.a(x)),F.relu(s.b(x)),F.relu(s.c(x)),F.relu(s.p(F.avg_pool2d(x,3,1,1)))],1)
        x=F.max_pool2d(x,3,2,ceil_mode=True)
        x=F.max_pool2d(x,3,1,1)
        x=F.avg_pool2d(x,2)
        return s.f(x).flatten(1)
class Seq1d(nn.Module):
    def __init__(s): super().__init__(); s.c=nn.Conv1d(3,8,5,padding=2); s.f=nn.Linear(8*16,4)
    def forward(s,x): return s.f(F.relu(s.c(x)).flatten(1))
class Pix(nn.Module):
    def __init__(s): super().__init__(); s.c=nn.Conv2d(1,8,5,padding=2); s.d=nn.Conv2d(8,4,3,padding=1)
    def forward(s,x): return F.pixel_shuffle(s.d(torch.tanh(s.c(x))),2)
nets={'mobile':(Mobile(),(3,32,32)),'unet':(Unet(),(3,32,32)),'shuffle':(Shuffle(),(3,32,32)),'prep':(Prep(),(3,17,17)),'incep':(Incep(),(3,19,19)),
    'seq1d':(Seq1d(),(3,16)),'pix':(Pix(),(1,12,12))}
KEPT = ["mobile-9-dyn", "mobile-16-fix", "unet-13-fix", "shuffle-11-dyn", "shuffle-16-dyn", "prep-9-fix", "prep-16-dyn", "incep-13-dyn",
    "pix-11-fix", "seq1d-13-fix"]
for kept in KEPT:
    name, opset, batch = kept.split("-")
    module, shape = nets[name]
    torch.onnx.export(
        init(module), torch.randn(1, *shape), f"{kept}.onnx", opset_version=int(opset), input_names=["input"], output_names=["out"],
        dynamic_axes={"input": {0: "b"}, "out": {0: "b"}} if batch == "dyn" else None, do_constant_folding=opset != "11")
